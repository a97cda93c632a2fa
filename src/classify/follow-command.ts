import type { Ack } from '../contracts/ack.ts';
import type { FailureRecord } from '../contracts/failure-record.ts';
import type { RunState, VerdictState } from '../contracts/run-state.ts';
import { formatTime } from '../contracts/time.ts';
import { isDyingWord, wasToldToEnd } from './dying-words.ts';
import { noticeId, recordId } from './ids.ts';
import type { Effect, Outcome } from './outcome.ts';
import { ENDED_BY_ITSELF, FIRST_OFFER_AGAIN_MS } from './reach-verdict.ts';
import { runOf } from './run-state.ts';

/**
 * Applies what a backend or a tap did with the run's abort command. The first ack in the stream counts, whichever is read
 * first: one that came before the state that knows its command is read again later, behind those that followed it.
 *
 * @param receivedMs when the ack was stored, epoch milliseconds by the server's clock
 * @param seq its sequence in the stream, where it has one
 */
export function applyAck(state: RunState, ack: Ack, receivedMs: number, seq?: number): Outcome {
  const { verdict } = state;
  if (!verdict || verdict.command_id !== ack.command_id) return { state, effects: [] };
  const isFirst = !verdict.acked || (seq !== undefined && seq < (verdict.acked.seq ?? 0));
  if (!isFirst) return { state, effects: [] };
  const { next_offer_ms: _, ...rest } = reopened(verdict);
  const acked = { outcome: ack.outcome, by: ack.by, at_ms: receivedMs, ...(seq !== undefined && { seq }) };
  return closeRecord({ ...state, verdict: { ...rest, acked } });
}

/** A verdict whose record was closed without this ack, or by one that was not the first: what was made of it is taken back. */
function reopened(verdict: VerdictState): VerdictState {
  const { reason: _, ...record } = verdict.record;
  const disposition = 'aborted' as const;
  return verdict.closed ? { ...verdict, disposition, record: { ...record, disposition }, closed: false } : verdict;
}

/**
 * Publishes the last version of a verdict's record once the run is over and its command is answered:
 * with what was added since, and with how long each step took.
 */
export function closeRecord(state: RunState): Outcome {
  const { verdict, exited, ending } = state;
  if (!verdict || verdict.closed || !exited) return { state, effects: [] };
  const isAnswered = verdict.acked !== undefined || verdict.unanswered || verdict.next_offer_ms === undefined;
  const byItself = endedByItself(verdict, exited.at_ms) || (isAnswered && succeededByItself(state));
  if (verdict.command_id !== undefined && !isAnswered && !byItself) return { state, effects: [] };
  const record: FailureRecord = {
    ...verdict.record,
    ...(byItself ? { disposition: 'recorded' as const, reason: ENDED_BY_ITSELF } : {}),
    ...(saidItWhileDying(verdict, exited, ending !== undefined)
      ? { disposition: 'suppressed' as const, reason: SAID_WHILE_DYING }
      : {}),
    timings: timingsOf(verdict, exited.at_ms),
  };
  const { disposition } = record;
  const revision = verdict.revision + 1;
  return {
    state: { ...state, verdict: { ...verdict, record, disposition, revision, closed: true } },
    effects: [{ kind: 'record', record, revision }],
  };
}

/** The reason on the record of a run that printed its failure while its host was ending it. */
const SAID_WHILE_DYING = 'the run said this while its host was ending it';

/** Whether all that a verdict rests on is what a client prints while it is being ended, and knell did not end it. */
function saidItWhileDying(
  { record, acked }: VerdictState,
  exited: NonNullable<RunState['exited']>,
  isHostEnding: boolean,
): boolean {
  if (acked?.outcome === 'terminated' || !(isHostEnding || wasToldToEnd(exited))) return false;
  return record.evidence.length > 0 && record.evidence.every(isDyingWord);
}

/**
 * Whether a command ended nothing: the run's exit stood in the stream before it, or came after it had expired without an answer, or the host
 * says that it did not act.
 */
function endedByItself(verdict: VerdictState, exitedMs: number): boolean {
  const { disposition, acked, unanswered, issued_ms: issued, expires_ms: expires = issued } = verdict;
  const isOutside = exitedMs < issued || (unanswered && exitedMs > expires);
  return disposition === 'aborted' && (acked ? ENDED_NOTHING.has(acked.outcome) : isOutside);
}

/** The reason on the record of a run that succeeded although its command was out. */
export const SUCCEEDED = 'the run succeeded, and no host had acted on its command';

/**
 * Takes back the closed record of a run that succeeded although its command was out: none is left that says that it failed. Of two
 * versions that one decision makes, only the last is published.
 */
export function withdrawClosed({ state, effects }: Outcome): Outcome {
  const { verdict } = state;
  if (!verdict) return { state, effects };
  const record = { ...verdict.record, disposition: 'suppressed' as const, reason: SUCCEEDED };
  const isReplaced = (effect: Effect) =>
    effect.kind === 'record' && effect.record.record_id === record.record_id && effect.revision === verdict.revision;
  const others = effects.filter((effect) => !isReplaced(effect));
  const revision = others.length < effects.length ? verdict.revision : verdict.revision + 1;
  return {
    state: { ...state, verdict: { ...verdict, record, disposition: record.disposition, revision } },
    effects: [...others, { kind: 'record', record, revision }],
  };
}

/** Whether a run whose command nobody acted on, as far as is known, reported its result and ended well. */
function succeededByItself({ verdict, exited, succeeded }: RunState): boolean {
  return verdict?.disposition === 'aborted' && !verdict.acked && exited?.code === 0 && succeeded !== undefined;
}

/** What a host says that did nothing to the run; of one that is `superseded` another command, or a newer attempt, has taken care. */
const ENDED_NOTHING: ReadonlySet<Ack['outcome']> = new Set<Ack['outcome']>([
  'already_finished',
  'not_found',
  'refused',
  'expired',
]);

function timingsOf({ evidence_ms: evidence, issued_ms: issued, acked }: VerdictState, exitedMs: number) {
  return {
    evidence_to_command_ms: Math.max(0, issued - evidence),
    ...(acked
      ? {
          command_to_ack_ms: Math.max(0, acked.at_ms - issued),
          // The host often reports the exit first and acknowledges after it.
          ack_to_exit_ms: exitedMs - acked.at_ms,
        }
      : {}),
  };
}

/**
 * A command without an ack is offered again, at growing distances, until it expires; then a notice and a record say
 * that no host acted. A run that has exited, or has been superseded, needs no command any more.
 */
export function followCommand(state: RunState, nowMs: number): Outcome {
  const { verdict } = state;
  if (verdict?.command_id === undefined || verdict.acked || verdict.unanswered) return { state, effects: [] };
  if (verdict.next_offer_ms === undefined || verdict.next_offer_ms > nowMs) return { state, effects: [] };
  if (state.exited || state.superseded_by !== undefined) {
    const { next_offer_ms: _, ...rest } = verdict;
    return { state: { ...state, verdict: rest }, effects: [] };
  }
  if (verdict.expires_ms !== undefined && nowMs >= verdict.expires_ms) return reportUnanswered(state, verdict, nowMs);
  const offered = verdict.offered + 1;
  const next = nowMs + FIRST_OFFER_AGAIN_MS * 2 ** Math.min(offered - 1, 6);
  return {
    state: {
      ...state,
      verdict: { ...verdict, offered, next_offer_ms: Math.min(next, verdict.expires_ms ?? next) },
    },
    effects: [{ kind: 'offer', run: runOf(state) }],
  };
}

function reportUnanswered(state: RunState, verdict: VerdictState, nowMs: number): Outcome {
  const { next_offer_ms: _, ...rest } = verdict;
  const run = runOf(state);
  const message = `No host acted on the abort command for this run: it was offered ${verdict.offered} times and has expired. Check that a backend, or knell tap --obey, runs for it.`;
  const record: FailureRecord = {
    ...verdict.record,
    record_id: recordId(run, 'command-unanswered'),
    issued_at: formatTime(nowMs),
    category: 'platform.command_unanswered',
    scope: 'platform',
    disposition: 'recorded',
    next_action: 'notify_owner',
    message,
  };
  const effects: Effect[] = [
    { kind: 'record', record },
    {
      kind: 'notice',
      subject: [run.agent, run.execution, String(run.attempt)],
      notice: {
        schema: 'knell.notice/v1',
        notice_id: noticeId('command_unanswered', verdict.command_id ?? ''),
        kind: 'command_unanswered',
        at: formatTime(nowMs),
        message,
        ...run,
        command_id: verdict.command_id,
      },
    },
  ];
  return { state: { ...state, verdict: { ...rest, unanswered: true } }, effects };
}
