import type { FailureRecord } from '../../contracts/failure-record.ts';
import type { UnlabelledCodec } from '../../contracts/log-headers.ts';
import { type Run, runKey } from '../../contracts/run.ts';
import { formatTime } from '../../contracts/time.ts';
import { decideAnew } from '../../memory/decide-anew.ts';
import type { RunMoment } from '../../pipeline/ports/run-moment.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import type { WouldAbort } from './evidence.ts';
import type { Ending } from './replay-run.ts';

/** A run whose output is stored, and how it ended. */
export interface TriedRun {
  readonly run: Run;
  readonly name: string;
  readonly ending: { readonly ended: Ending; readonly atMs: number | undefined };
  /** What it said and when, anew each time. */
  moments(): AsyncIterable<RunMoment>;
}

export interface TryCandidateOptions {
  readonly digest: string;
  readonly rules: RuleSet;
  /** What workers recorded of runs that candidates would have ended. */
  readonly records: AsyncIterable<FailureRecord> | Iterable<FailureRecord>;
  /** The runs whose output is stored. */
  readonly runs: AsyncIterable<TriedRun>;
  readonly nowMs: number;
  readonly unlabelled?: UnlabelledCodec | undefined;
  /** Called after each run that was tried here. */
  readonly onRun?: (tried: number) => void;
}

/**
 * The runs that a candidate would have ended: those that workers have recorded, whose output may be gone by now, and those
 * whose output is stored, decided anew here. Each once.
 *
 * @throws what reading the records and runs throws
 */
export async function tryCandidate(
  options: TryCandidateOptions,
): Promise<{ readonly runs: readonly WouldAbort[]; readonly tried: number }> {
  const { digest, rules, nowMs, unlabelled, onRun = () => undefined } = options;
  const found = new Map<string, WouldAbort>();
  for await (const record of options.records) {
    const { candidate, issued_at } = record;
    if (candidate?.digest !== digest) continue;
    const { ended, ended_at } = candidate;
    const laterMs = Date.parse(ended_at) - Date.parse(issued_at);
    const run = runKey(record);
    found.set(useKey(run, ended_at), { run, rule: ruleOf(record), ended, laterMs });
  }
  let tried = 0;
  for await (const { run, name, ending, moments } of options.runs) {
    const { ended, atMs } = ending;
    const key = useKey(runKey(run), atMs === undefined ? '' : formatTime(atMs));
    if (!found.has(key)) {
      const record = await decideAnew(moments(), { run, rules, unlabelled, untilMs: nowMs });
      if (record) {
        const laterMs = atMs === undefined ? undefined : atMs - Date.parse(record.issued_at);
        found.set(key, { run: name, rule: ruleOf(record), ended, laterMs });
      }
    }
    tried += 1;
    onRun(tried);
  }
  return { runs: [...found.values()], tried };
}

/** An id may have been used again: each use has an end of its own. */
function useKey(run: string, endedAt: string): string {
  return `${run} ${endedAt}`;
}

function ruleOf({ rule }: FailureRecord): string {
  return `${rule.pack}/${rule.id}`;
}
