import { createHash } from 'node:crypto';
import { wasToldToEnd } from '../../classify/dying-words.ts';
import { SUCCEEDED } from '../../classify/follow-command.ts';
import { restsOnExit } from '../../classify/post-mortem/name-end.ts';
import { quoteOf } from '../../classify/quote-of.ts';
import type { FailureRecord } from '../../contracts/failure-record.ts';
import type { RunState } from '../../contracts/run-state.ts';
import { formatTime } from '../../contracts/time.ts';
import { excerpt } from '../../decode/excerpt.ts';
import { normaliseText } from '../../decode/normalise-text.ts';
import type { LoggedLine } from '../../pipeline/ports/ports.ts';

/** What is known of a run that ended, or was found in a log. */
export interface WhySource {
  /** How the run or the log is called. */
  readonly name: string;
  readonly state: RunState | undefined;
  readonly records: readonly FailureRecord[];
  /** Whether this is a log that knell did not see while it was written: then it ended nothing, and knows no times. */
  readonly isLog?: boolean;
  /** The run's output in order, as far as it is still there. */
  readonly lines: readonly LoggedLine[];
}

/** A line of output near the evidence. */
export interface ContextLine {
  readonly text: string;
  readonly isEvidence: boolean;
}

/** Why a run failed: everything that fits on one screen. */
export interface WhyReport {
  readonly run: string;
  readonly outcome: 'aborted' | 'would_abort' | 'failed' | 'succeeded' | 'nothing_wrong' | 'unknown';
  /** One sentence: what ended it. */
  readonly summary: string;
  readonly category?: string;
  /** Who said so, and how much that is worth. */
  readonly source?: string;
  readonly rule?: string;
  readonly evidence: readonly { readonly where: string; readonly lines: readonly ContextLine[] }[];
  readonly timeline: readonly { readonly at: string; readonly what: string }[];
  readonly ruledOut: readonly { readonly what: string; readonly why: string }[];
  readonly next: readonly string[];
}

/** How many lines on either side of the evidence are shown, and how long each may be. */
const AROUND = 3;
const LINE_CHARS = 160;
/** How much of a long line stands before the words that decided. */
const HEAD_CHARS = 40;
const MAX_EVIDENCE = 3;
const MAX_RULED_OUT = 6;

const GRADES = {
  typed: 'a field of an event that only the runtime writes',
  stated: 'a line on a stream where only the runtime speaks',
  mixed: 'a line on a stream that the model and its tools write to as well; nothing was said after it',
} as const;

/** Draws the report of a run from its state, records and output. Pure; what leaves in it is redacted. */
export function whyReport({ name, state, records, lines, isLog = false }: WhySource): WhyReport {
  const main = mainRecord(state, records);
  const ruledOut = records
    .filter((record) => record !== main && record.record_id !== main?.record_id)
    .slice(0, MAX_RULED_OUT)
    .map((record) => ({ what: `${record.category}: ${firstExcerpt(record)}`, why: whyNot(record) }));
  const base = { run: name, timeline: isLog ? [] : timelineOf(state, main), ruledOut };
  if (!main) return { ...base, ...withoutRecord(state), evidence: [], next: [] };
  return {
    ...base,
    outcome: outcomeOf(main, isLog),
    summary: summaryOf(main, state, isLog),
    category: main.category,
    source: restsOnExit(main)
      ? `the run's host, by how it exited: ${exitOf(state)}`
      : `${main.runtime.name}, by ${GRADES[main.grade]}`,
    rule: `${main.rule.pack}/${main.rule.id}`,
    evidence: linesOnce(main.evidence)
      .slice(0, MAX_EVIDENCE)
      .map((one) => ({
        where: `${restsOnExit(main) ? 'what it said last, ' : ''}${one.stream}${placeOf(one, lines)}`,
        lines: contextOf(one, lines),
      })),
    next: isWrong(main) ? [] : nextOf(main),
  };
}

/** The record of the verdict; without one the most telling of the others. */
function mainRecord(state: RunState | undefined, records: readonly FailureRecord[]): FailureRecord | undefined {
  const verdict = state?.verdict?.record;
  if (verdict) return records.find(({ record_id: id }) => id === verdict.record_id) ?? verdict;
  const acted = records.filter(({ disposition }) => disposition !== 'suppressed');
  return acted.findLast(({ category }) => category !== 'unknown.unmatched') ?? acted.at(-1);
}

/** Whether the run succeeded although knell had ordered to end it. */
const isWrong = ({ reason }: FailureRecord): boolean => reason === SUCCEEDED;

function outcomeOf(record: FailureRecord, isLog: boolean): WhyReport['outcome'] {
  const { disposition } = record;
  if (isWrong(record)) return 'succeeded';
  if (disposition === 'aborted') return isLog ? 'would_abort' : 'aborted';
  return disposition === 'would_abort' ? 'would_abort' : 'failed';
}

function summaryOf(record: FailureRecord, state: RunState | undefined, isLog: boolean): string {
  const what = record.message.split(/(?<=\.)\s/)[0] ?? record.category;
  if (isWrong(record)) return `The run succeeded, and knell was wrong about it: ${what}`;
  switch (record.disposition) {
    case 'aborted':
      return isLog ? `knell would have ended the run: ${what}` : `knell ended the run: ${what}`;
    case 'would_abort':
      return `knell would have ended the run: ${what}`;
    default:
      if (restsOnExit(record)) return what;
      return state?.exited ? `The run ended by itself: ${what}` : `The run was not ended: ${what}`;
  }
}

function withoutRecord(state: RunState | undefined): Pick<WhyReport, 'outcome' | 'summary'> {
  if (state?.succeeded) return { outcome: 'succeeded', summary: 'The run reported its result.' };
  const { exited } = state ?? {};
  if (exited && wasToldToEnd(exited)) {
    return { outcome: 'unknown', summary: `The run was ended from outside: it exited with ${exitOf(state)}.` };
  }
  if (exited && (exited.signal !== null || (exited.code ?? 0) !== 0)) {
    return { outcome: 'unknown', summary: `The run exited with ${exitOf(state)}, and nothing that it said tells why.` };
  }
  return { outcome: 'nothing_wrong', summary: 'Nothing wrong was found.' };
}

function whyNot({ disposition, reason }: FailureRecord): string {
  if (reason !== undefined) return reason;
  switch (disposition) {
    case 'suppressed':
      return 'something about the run spoke against it';
    case 'warned':
      return 'worth a warning only';
    default:
      return 'the client may get over it, so it is only recorded';
  }
}

function firstExcerpt({ evidence, message }: FailureRecord): string {
  return (evidence[0]?.excerpt ?? message).slice(0, LINE_CHARS);
}

/** A line may be evidence twice, by two of its fields; it is shown once. */
function linesOnce(evidence: FailureRecord['evidence']): FailureRecord['evidence'] {
  const isFirst = (one: FailureRecord['evidence'][number], at: number) =>
    evidence.findIndex(
      ({ stream, line, sha256 }) => stream === one.stream && line === one.line && sha256 === one.sha256,
    ) === at;
  return evidence.filter(isFirst);
}

/** Where a line stands in all that is held of the output. Evidence itself only knows its place in its message. */
function placeOf(evidence: FailureRecord['evidence'][number], lines: readonly LoggedLine[]): string {
  const at = lines.findIndex(({ stream, text }) => stream === evidence.stream && sha256(text) === evidence.sha256);
  return at === -1 ? '' : `, line ${at + 1}`;
}

function contextOf(evidence: FailureRecord['evidence'][number], lines: readonly LoggedLine[]): ContextLine[] {
  const own = lines.filter(({ stream }) => stream === evidence.stream);
  const at = own.findIndex(({ text }) => sha256(text) === evidence.sha256);
  if (at === -1) return [{ text: evidence.excerpt, isEvidence: true }];
  const from = Math.max(0, at - AROUND);
  const said = quoteOf(evidence.excerpt);
  return own.slice(from, at + AROUND + 1).map(({ text }, index) => {
    const isEvidence = from + index === at;
    const shown = excerpt(normaliseText(text), LINE_CHARS);
    // The words that decided may stand far behind the beginning of a line of JSON.
    const isHidden = isEvidence && !quoteOf(shown).includes(said) && !shown.includes(said);
    return { text: isHidden ? `${excerpt(normaliseText(text), HEAD_CHARS)} ${said}` : shown, isEvidence };
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function timelineOf(state: RunState | undefined, record: FailureRecord | undefined): WhyReport['timeline'] {
  const { verdict } = state ?? {};
  const steps: readonly (readonly [number | undefined, string])[] = [
    [state?.started_ms, 'started'],
    [verdict?.evidence_ms ?? parsed(record?.evidence[0]?.observed_at), 'first evidence'],
    [verdict && record?.disposition === 'aborted' ? verdict.issued_ms : undefined, 'abort command'],
    [verdict?.acked?.at_ms, `acknowledged: ${verdict?.acked?.outcome} by ${verdict?.acked?.by}`],
    [state?.succeeded?.at_ms, 'reported its result'],
    [isKnownExit(state) ? state?.exited?.at_ms : undefined, `exited with ${exitOf(state)}`],
    [state?.used_again_ms, 'another process was started under this run id; what it did belongs to no run'],
  ];
  return steps
    .filter((step): step is readonly [number, string] => step[0] !== undefined && Number.isFinite(step[0]))
    .sort(([a], [b]) => Math.floor(a) - Math.floor(b))
    .map(([ms, what]) => ({ at: formatTime(ms), what }));
}

/** The end of a log counts as an exit, and says nothing of how. */
function isKnownExit(state: RunState | undefined): boolean {
  return state?.exited !== undefined && (state.exited.code !== null || state.exited.signal !== null);
}

function exitOf(state: RunState | undefined): string {
  return state?.exited?.signal ?? `code ${state?.exited?.code}`;
}

function parsed(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}

const NEXT: Readonly<Record<FailureRecord['next_action'], string>> = {
  fail: 'Give the work up: a retry fails the same way.',
  retry: 'Retry the work.',
  retry_after: 'Retry the work later.',
  switch_subscription: 'Go on with the work under another subscription.',
  fix_agent: 'Correct the agent before the work is tried again.',
  notify_owner: 'Tell the owner.',
};

function nextOf(record: FailureRecord): string[] {
  const wait = record.not_before === undefined ? '' : ` Not before ${record.not_before}.`;
  const remedy = record.message.split(/"\.\s+/).at(-1);
  return [`${NEXT[record.next_action]}${wait}`, ...(remedy && remedy !== record.message ? [remedy] : [])];
}
