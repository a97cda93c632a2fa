import { runOf } from '../../classify/run-state.ts';
import { isBefore } from '../../contracts/position.ts';
import type { RunState, Suspicion } from '../../contracts/run-state.ts';
import { shapeLine } from '../../decode/text/line-shape.ts';
import { isSentence } from '../../decode/text/prose.ts';
import type { LogHistory } from '../ports/ports.ts';

/** How many lines of a run are read. */
const LINES = 20_000;

/** A few words that name what stands below: `Last case, the fake says:`. */
const ANNOUNCES =
  /\b(?:says?|said|prints?|printed|shows?|output|reads?|answers?|logs|returns?|this|following|below)[:：]$/i;

/**
 * Whether the sentence right above a suspicious line on the agent's answers stops in the middle, so that the line is what
 * it quotes: `The entry point's only output was`.
 */
export async function isRunInto(
  state: RunState,
  { evidence, position }: Suspicion,
  history: LogHistory,
): Promise<boolean> {
  if (evidence?.stream !== 'stdout' || state.runtime === undefined || state.runtime === 'host') return false;
  const lines = await history.linesAfter(runOf(state), { seq: 0, row: 0 }, LINES);
  const above = lines
    .filter((line) => line.stream === 'stdout' && !line.isEarly && isBefore(line.position, position))
    .map(({ text }) => shapeLine(text))
    .findLast(({ body }) => body !== '');
  // An event in JSON is no sentence, whatever it says.
  if (above && /^\{"/.test(above.body)) return false;
  return above !== undefined && (ANNOUNCES.test(above.body) || (isSentence(above) && !/[.!?…)]$/.test(above.body)));
}
