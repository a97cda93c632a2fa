import { endedBadly } from '../../classify/post-mortem/name-end.ts';
import type { AbortCommand } from '../../contracts/abort-command.ts';
import type { FailureRecord } from '../../contracts/failure-record.ts';
import type { Notice } from '../../contracts/notice.ts';
import type { RunState, VerdictState } from '../../contracts/run-state.ts';
import type { LocalEnd } from '../../memory/tap-link.ts';
import type { WorkingProcess } from '../../tap/process/working-process.ts';
import { oneLine } from '../../tap/tap-notices.ts';
import type { coloursFor } from '../terminal/colour.ts';

type Colours = ReturnType<typeof coloursFor>;

/** The most that is quoted of a line. */
const QUOTE_MAX = 160;

/**
 * What to tell people, in one line, at the moment when a message comes; `undefined` where it is not worth a line: a
 * suspicion that came to nothing, and an abort, of which the tap itself speaks.
 */
export function remarkOn(message: AbortCommand | FailureRecord | Notice, colours: Colours): string | undefined {
  switch (message.schema) {
    case 'knell.abort/v1':
      return undefined;
    case 'knell.failure/v1':
      return remarkOnRecord(message, colours);
    case 'knell.notice/v1':
      return `knell: ${colours.yellow('notice')}: ${oneLine(message.message)}`;
  }
}

function remarkOnRecord(record: FailureRecord, colours: Colours): string | undefined {
  // A failure that no rule knows comes with a notice that says it better.
  if (record.category === 'unknown.unmatched') return undefined;
  const heads: Partial<Record<FailureRecord['disposition'], string>> = {
    would_abort: colours.red(
      record.reason === 'shadow mode'
        ? 'would end this run'
        : `would end this run, but ${oneLine(record.reason ?? '')}`,
    ),
    warned: colours.yellow('warning'),
    recorded: colours.yellow('noted'),
  };
  const head = heads[record.disposition];
  if (head === undefined) return undefined;
  const [line] = record.evidence;
  const quote = line ? `: ${line.stream} line ${line.line + 1} "${cut(oneLine(line.excerpt))}"` : '';
  const by = colours.dim(`(${record.rule.pack}/${record.rule.id}, ${record.grade})`);
  return `knell: ${head}: ${colours.bold(record.category)} ${by}${quote}`;
}

/**
 * What to tell people, in one line, of a suspicion that stays one; `undefined` where there is none.
 *
 * @param worker a process of the run that was started by the agent and still runs
 */
export function suspectedWords(
  { suspicions }: RunState,
  worker: WorkingProcess | undefined,
  obey: boolean,
  colours: Colours,
): string | undefined {
  const [suspicion] = suspicions;
  if (!suspicion) return undefined;
  const { rule, evidence } = suspicion;
  const quote = evidence ? ` (${evidence.stream} line ${evidence.line + 1} "${cut(oneLine(evidence.excerpt))}")` : '';
  const name = worker?.name === undefined ? '' : ` (${oneLine(worker.name)})`;
  const why = worker ? `while process ${worker.pid}${name} works` : 'yet: it may go on';
  return `knell: ${colours.yellow('suspected')}: ${rule.pack}/${rule.id}${quote}; ${obey ? 'not ended' : 'it would not be ended'} ${why}`;
}

/**
 * What to tell people, in one line, when the run is over; `undefined` for one that never began.
 *
 * @param told how many remarks were made of the run
 */
export function closingWords({ state, lines }: LocalEnd, told: number, colours: Colours): string | undefined {
  if (state?.started_ms === undefined) return undefined;
  const endMs = state.exited?.at_ms ?? state.started_ms;
  const { verdict } = state;
  const named = endedBadly(state)
    ? state.noted.findLast(({ category }) => category !== 'unknown.unmatched')
    : undefined;
  if (named) {
    const by = colours.dim(`(${named.rule.pack}/${named.rule.id})`);
    return `knell: ${colours.red('this run failed')}: ${colours.bold(named.category)} ${by}. ${nextStep({ record: named })}`;
  }
  if (!verdict) {
    // A suspicion that came to nothing is told, and is no rule's record.
    const noted = Math.max(Object.keys(state.recorded).length, told);
    const found =
      noted === 0
        ? 'nothing wrong found'
        : `nothing that dooms the run, ${noted} ${noted === 1 ? 'thing' : 'things'} noted`;
    const span = `${lines} ${lines === 1 ? 'line' : 'lines'}, ${seconds(endMs - state.started_ms)}`;
    return `knell: ${colours.green(found)} ${colours.dim(`(${span})`)}`;
  }
  const what = `${colours.bold(verdict.category)} ${colours.dim(`(${verdict.rule_key})`)}`;
  const hint = verdict.disposition === 'would_abort' && verdict.issued_ms < endMs;
  const ending = hint ? ' With --obey it would have been ended.' : '';
  return `knell: ${fate(verdict, state.started_ms, endMs, colours)}: ${what}. ${nextStep(verdict)}${ending}`;
}

function fate(verdict: VerdictState, startMs: number, endMs: number, colours: Colours): string {
  const after = seconds(verdict.issued_ms - startMs);
  if (verdict.acked?.outcome === 'terminated') {
    const gone = seconds(verdict.acked.at_ms - startMs);
    return colours.red(`ended this run after ${gone}${gone === after ? '' : `, told to after ${after}`}`);
  }
  if (verdict.issued_ms >= endMs || verdict.acked) return colours.red('this run failed');
  if (verdict.disposition === 'aborted') return colours.red('could not end this run');
  return colours.red(`would have ended this run after ${after}, ${seconds(endMs - verdict.issued_ms)} before its end`);
}

function nextStep({ record }: Pick<VerdictState, 'record'>): string {
  const when = record.not_before === undefined ? '' : `, not before ${record.not_before}`;
  return `Next: ${record.next_action}${when}.`;
}

function seconds(ms: number): string {
  return ms < 100_000 ? `${(Math.max(0, ms) / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}

function cut(text: string): string {
  return text.length > QUOTE_MAX ? `${text.slice(0, QUOTE_MAX - 1)}…` : text;
}
