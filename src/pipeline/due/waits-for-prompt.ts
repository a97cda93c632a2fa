import { runOf } from '../../classify/run-state.ts';
import type { RunState } from '../../contracts/run-state.ts';
import { decoderFor } from '../../decode/decoders.ts';
import type { LogHistory } from '../ports/ports.ts';
import { GOES_ON } from './went-on-elsewhere.ts';

/** How many lines behind a failed turn are read for the beginning of another one. */
const LINES_AFTER = 5_000;

/**
 * Whether a session of several turns waits for its next prompt, so that its silence means nothing: it has not been given one yet, or its
 * last turn is over and none has begun since.
 */
export async function waitsForPrompt(
  { goes_on: goesOn, turn_over: over, ...state }: RunState,
  packRuntimes: readonly string[],
  history: LogHistory,
): Promise<boolean> {
  if (goesOn !== 'turns') return false;
  const run = runOf(state);
  const decoder = decoderFor(state.runtime, packRuntimes);
  const lines = await history.linesAfter(run, over ?? { seq: 0, row: 0 }, LINES_AFTER);
  if (lines.length >= LINES_AFTER || lines.some(({ letGo }) => letGo)) return false;
  return !lines.some(({ stream, text }) => {
    if (stream !== 'stdout') return false;
    const { typed, provenance, subagent } = decoder.decode({ stream, number: 0, raw: Buffer.from(text) }, 'structured');
    return typed && !subagent && (GOES_ON.has(provenance) || decoder.opensRun(stream, text));
  });
}
