import type { Occurrence } from '../../classify/occurrence.ts';
import { beginTurnAt, isReportedBefore } from '../../classify/run-state.ts';
import { isBefore } from '../../contracts/position.ts';
import type { RunState } from '../../contracts/run-state.ts';
import type { LookBack } from './look-back.ts';

/** How many lines behind a result are read for the beginning of another turn: it stands right behind it. */
const LINES_AFTER = 200;

/**
 * The state with the turn that a run has begun between its result and a line that states a failure, which no worker may have taken in
 * yet: the one that holds its first line may have been killed. Read back only for such a line, since few runs go on behind a result.
 *
 * @throws whatever reading the run's output throws
 */
export async function withBegunTurn(
  state: RunState,
  { position, match }: Occurrence,
  { linesAfter, matchOf }: LookBack,
): Promise<RunState> {
  if (!state.succeeded || match.hits.length === 0 || !isReportedBefore(state, position)) return state;
  const isSession = state.goes_on === 'turns';
  const lines = await linesAfter(state.succeeded.position, LINES_AFTER);
  for (const line of lines.filter((one) => isBefore(one.position, position))) {
    if (line.letGo) continue;
    const { signals, showsTurn } = await matchOf(line);
    const isBegun = signals.some(({ signal }) => signal.means === 'started') || (isSession && showsTurn);
    if (isBegun) return beginTurnAt(state, line.position);
  }
  return state;
}
