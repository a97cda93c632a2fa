import { runOf } from '../../classify/run-state.ts';
import type { StreamName } from '../../contracts/run.ts';
import type { RunState } from '../../contracts/run-state.ts';
import type { StreamFormat } from '../../decode/decoder.ts';
import { decoderFor } from '../../decode/decoders.ts';
import { showsNextTurn } from '../../decode/shows-turn.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import type { IsOfOtherSession } from '../output/other-session.ts';
import type { LoggedLine, LogHistory } from '../ports/ports.ts';
import { withLostStart, withUnreadEvents } from '../unread-events.ts';
import { formatOfStream } from './stream-format.ts';

/**
 * How long a run is left alone whose end no worker has taken in yet, in milliseconds: the worker that had it may have
 * died, and it comes again.
 */
export const UNREAD_MS = 15_000;

/** How many lines that no worker has taken in are looked through. Where there are more, what they say is not known. */
const MAX_UNREAD = 5_000;

/**
 * Whether a run may be over, or another than it is known as, without a worker having read it: its start, its exit or its result stands in
 * the streams, and no worker has come to it, after an outage for example; or its start is lost, with what stood around it. Such a run may be
 * finished, or wait for its next prompt, or quote; so this is asked before a run is ended for what it did not say.
 */
export async function mayHaveEnded(state: RunState, rules: RuleSet, history: LogHistory): Promise<boolean> {
  const run = runOf(state);
  if (await isHostUnread(state, history)) return true;
  const unread = await history.unreadLines(run, MAX_UNREAD);
  return !unread || (await resultIn(state, unread, rules, history)) !== undefined;
}

async function isHostUnread(state: RunState, history: LogHistory): Promise<boolean> {
  if (state.exited) return false;
  return (
    (await withUnreadEvents(state, history)) !== state || (await withLostStart(state, history)).start_lost === true
  );
}

/** Whether anything that a run has printed, or its host has said of it, may not have been taken in by a worker yet. */
export async function isUnread(state: RunState, history: LogHistory): Promise<boolean> {
  const run = runOf(state);
  if (await isHostUnread(state, history)) return true;
  return (await history.unreadLines(run, 0)) === undefined;
}

/**
 * The result that a run has reported before a message, in lines that no worker has taken in yet: one that was killed may have held
 * them. Undefined where there is none among the last that are unread, or the run has begun another turn since.
 *
 * @param beforeSeq sequence of the message in the log stream
 * @throws whatever reading the run's output throws
 */
export async function unreadResultBefore(
  beforeSeq: number,
  state: RunState,
  rules: RuleSet,
  history: LogHistory,
  isOfOtherSession: IsOfOtherSession,
): Promise<RunState['succeeded']> {
  return resultIn(state, await history.unreadBefore(runOf(state), beforeSeq), rules, history, isOfOtherSession);
}

/** Where the run has reported its result in these lines, and has not begun another turn since. */
async function resultIn(
  state: RunState,
  lines: readonly LoggedLine[],
  rules: RuleSet,
  history: LogHistory,
  isOfOtherSession: IsOfOtherSession = async () => false,
): Promise<RunState['succeeded']> {
  const decoder = decoderFor(state.runtime, rules.runtimes);
  const formats = new Map<StreamName, StreamFormat>();
  let result: RunState['succeeded'];
  for (const { stream, text, position, atMs = 0, isEarly } of lines) {
    if (isEarly) continue;
    const format = formats.get(stream) ?? (await formatOfStream(state, stream, history, rules.runtimes));
    formats.set(stream, format);
    const line = { stream, number: 0, raw: Buffer.from(text) };
    const event = decoder.decode(line, format);
    if (state.goes_on === 'turns' && showsNextTurn(event, decoder.runtime)) result = undefined;
    for (const { signal } of rules.match(event, stream, decoder.runtime).signals) {
      if (signal.means === 'started') result = undefined;
      else if (signal.means === 'success' && !(await isOfOtherSession(runOf(state), { event, line, position })))
        result = { at_ms: atMs, position };
    }
  }
  return result;
}
