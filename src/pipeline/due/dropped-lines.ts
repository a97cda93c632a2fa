import { durationMs } from '../../contracts/duration.ts';
import type { Position, RunState, Suspicion } from '../../contracts/run-state.ts';
import type { LastOutput, LogBegin, LogHistory } from '../ports/ports.ts';

/*
 * A bounded log stream drops its oldest messages, whoever has read them, and a person may delete any. What is not found in it was never
 * said only where it still holds all from the place on that is asked for.
 */

/** How much later than a run's first lines the report of its start may be stored, in milliseconds. */
const REPORTED_LATE_MS = durationMs('1m');

/** A run whose start nobody has told may have begun so long before what it is known by, in milliseconds. */
const UNTOLD_MS = durationMs('1h');

/**
 * Whether the stream may have dropped what the run said first.
 *
 * @param seenMs when the run was there for certain, epoch milliseconds by the server's clock
 * @throws whatever asking for the stream throws
 */
export async function lacksBeginning(
  { started_ms: startedMs }: Pick<RunState, 'started_ms'>,
  seenMs: number,
  history: Pick<LogHistory, 'begin'>,
): Promise<boolean> {
  const { seq, atMs } = await history.begin();
  // Nothing was ever dropped; but where it was made anew, what stood in the one before is gone.
  if (seq <= 1) return startedMs !== undefined && startedMs < atMs;
  const saidMs = startedMs === undefined ? seenMs - UNTOLD_MS : startedMs - REPORTED_LATE_MS;
  return saidMs < atMs;
}

/**
 * Whether the stream may have dropped what the run said last, though `last` was found: that a tool is at work, for example. A run of which
 * nobody told the start, and of which nothing is left, may have said anything.
 *
 * @throws whatever asking for the stream throws
 */
export async function lacksLast(
  state: Pick<RunState, 'started_ms'>,
  last: Pick<LastOutput, 'position' | 'atMs'> | undefined,
  history: Pick<LogHistory, 'begin'>,
): Promise<boolean> {
  return last ? isGone(last.position, last.atMs, await history.begin()) : lacksBeginning(state, 0, history);
}

/** Whether the stream holds a message, or what followed it, no more, also where it was made anew since: then it gives out the same sequences again. */
export const isGone = ({ seq }: Position, atMs: number, begin: LogBegin): boolean =>
  seq < begin.seq || atMs < begin.atMs;

/**
 * Whether the stream may have dropped what followed a suspicious line, or, of one that may be a quotation, what stood before it: then only
 * the run's exit, or what it says next, can tell. To be asked after these were read, since the stream may drop them meanwhile.
 *
 * @param isText another than the runtime may have printed it
 * @throws whatever asking for the stream throws
 */
export async function isCutOff(
  state: Pick<RunState, 'started_ms'>,
  { position, at_ms: atMs }: Pick<Suspicion, 'position' | 'at_ms'>,
  isText: boolean,
  history: Pick<LogHistory, 'begin'>,
): Promise<boolean> {
  return isGone(position, atMs, await history.begin()) || (isText && (await lacksBeginning(state, atMs, history)));
}
