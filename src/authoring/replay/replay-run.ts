import type { Run } from '../../contracts/run.ts';
import type { RunExited } from '../../contracts/run-event.ts';
import { classifyLog, type LogChunk, type LogVerdict } from '../../memory/classify-log.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import { concludeLog } from '../conclude-log.ts';

/** How a run really ended: `aborted` by knell; `unknown` where its exit was not stored. */
export type Ending = 'succeeded' | 'failed' | 'aborted' | 'unknown';

/** A run that is over, or as far as it is stored. */
export interface StoredRun {
  /** `agent.execution.attempt`, or a file. */
  readonly name: string;
  readonly run?: Run;
  readonly runtime?: string | undefined;
  /** When it began, where its lines have no times: epoch milliseconds. */
  readonly atMs: number;
  readonly ended: Ending;
  readonly exit?: Pick<RunExited, 'code' | 'signal'> | undefined;
  /** All that it printed, anew each time, as the rules' packs have it read. */
  chunks(rules: RuleSet): AsyncIterable<LogChunk>;
}

/** What one set of rules says of a run. */
export interface ReplayVerdict {
  readonly abort: boolean;
  /** When it would have been ended, where the lines have times: epoch milliseconds. */
  readonly abort_ms: number | null;
  readonly category: string | null;
  readonly rule: string | null;
  /** The lines that it rests on. */
  readonly evidence: readonly { readonly stream: string; readonly line: number; readonly excerpt: string }[];
}

export type ReplayChange = 'abort_won' | 'abort_lost' | 'category_changed' | 'same';

export interface ReplayedRun {
  readonly run: string;
  readonly ended: Ending;
  readonly change: ReplayChange;
  readonly verdict: ReplayVerdict;
  /** What the other rules say; null where there are none to compare with. */
  readonly against: ReplayVerdict | null;
}

/** What was replayed, in figures. */
export interface ReplaySummary {
  readonly runs: number;
  readonly aborts: number;
  /** Runs that succeeded, and would have been ended. */
  readonly healthy_ended: number;
  readonly aborts_won: number;
  readonly aborts_lost: number;
  readonly categories_changed: number;
}

/**
 * What the rules would have done with a run, next to what others would have. The end of the log counts as the run having
 * gone quiet and exited, as in `knell scan`. The same run and rules always give the same answer.
 *
 * @throws what reading the run throws
 */
export async function replayRun(stored: StoredRun, rules: RuleSet, against?: RuleSet): Promise<ReplayedRun> {
  const verdict = await verdictOf(stored, rules);
  const other = against ? await verdictOf(stored, against) : null;
  return { run: stored.name, ended: stored.ended, change: changeFrom(other, verdict), verdict, against: other };
}

export function summariseReplay(runs: readonly ReplayedRun[]): ReplaySummary {
  const count = (holds: (run: ReplayedRun) => boolean): number => runs.filter(holds).length;
  return {
    runs: runs.length,
    aborts: count(({ verdict }) => verdict.abort),
    healthy_ended: count(({ verdict, ended }) => verdict.abort && ended === 'succeeded'),
    aborts_won: count(({ change }) => change === 'abort_won'),
    aborts_lost: count(({ change }) => change === 'abort_lost'),
    categories_changed: count(({ change }) => change === 'category_changed'),
  };
}

async function verdictOf(stored: StoredRun, rules: RuleSet): Promise<ReplayVerdict> {
  const { run, runtime, atMs, exit } = stored;
  const about = { ...(run && { run }), ...(runtime !== undefined && { runtime }), ...(exit && { exit }) };
  return toVerdict(await classifyLog(stored.chunks(rules), { rules, atMs, ...about }));
}

function toVerdict(verdict: LogVerdict): ReplayVerdict {
  const { abort, category, rule, message } = concludeLog(verdict);
  const [command] = verdict.aborts;
  return {
    abort,
    abort_ms: command ? Date.parse(command.issued_at) : null,
    category,
    rule,
    evidence: (message?.evidence ?? []).map(({ stream, line, excerpt }) => ({ stream, line, excerpt })),
  };
}

function changeFrom(before: ReplayVerdict | null, now: ReplayVerdict): ReplayChange {
  if (!before) return 'same';
  if (before.abort !== now.abort) return now.abort ? 'abort_won' : 'abort_lost';
  return before.category === now.category ? 'same' : 'category_changed';
}
