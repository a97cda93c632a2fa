import { beginTurnAt, runOf } from '../../classify/run-state.ts';
import { isBefore } from '../../contracts/position.ts';
import type { Position, RunState } from '../../contracts/run-state.ts';
import { decoderFor } from '../../decode/decoders.ts';
import { showsNextTurn, showsTurn } from '../../decode/shows-turn.ts';
import type { LogHistory } from '../ports/ports.ts';

/** How many lines behind a turn's end are read for the beginning of another one. */
const LINES_AFTER = 5_000;

/**
 * Whether a session of several turns waits for its next prompt, so that its silence means nothing: it has not been given one yet, or its
 * last turn is over and none has begun since.
 */
export async function waitsForPrompt(
  state: RunState,
  packRuntimes: readonly string[],
  history: LogHistory,
): Promise<boolean> {
  return state.goes_on === 'turns' && (await openTurn(state, packRuntimes, history)) === undefined;
}

/**
 * The state of a session whose turn is under way: a success before that turn is not its result. Undefined where it waits for its next
 * prompt; any other run is returned as it is.
 */
export async function inOpenTurn(
  state: RunState,
  packRuntimes: readonly string[],
  history: LogHistory,
): Promise<RunState | undefined> {
  if (state.goes_on !== 'turns') return state;
  const begun = await openTurn(state, packRuntimes, history);
  return begun && beginTurnAt(state, begun);
}

/** A place behind which the last turn is under way; undefined where none is. Behind what can't be read, one may be. */
async function openTurn(
  { turn_over: over, succeeded, ...state }: RunState,
  packRuntimes: readonly string[],
  history: LogHistory,
): Promise<Position | undefined> {
  const decoder = decoderFor(state.runtime, packRuntimes);
  const ends = [over, succeeded?.position].filter((end) => end !== undefined);
  const end = ends.reduce((last, one) => (isBefore(last, one) ? one : last), { seq: 0, row: 0 });
  const lines = await history.linesAfter(runOf(state), end, LINES_AFTER);
  let begun: Position | undefined;
  let isFirst = ends.length === 0;
  for (const { stream, text, position, letGo } of lines) {
    if (letGo) begun ??= position;
    if (letGo || stream !== 'stdout') continue;
    const event = decoder.decode({ stream, number: 0, raw: Buffer.from(text) }, 'structured');
    if (event.endsTurn && !event.subagent) {
      begun = undefined;
      isFirst = false;
    } else if (isFirst ? showsTurn(event) : showsNextTurn(event, decoder.runtime)) begun ??= position;
  }
  return begun ?? (lines.length >= LINES_AFTER ? lines.at(-1)?.position : undefined);
}
