import type { Position } from '../../contracts/run-state.ts';
import type { EventMatch } from '../../ruleset/rule-set.ts';
import type { LoggedLine } from '../ports/ports.ts';

/** Reads back what a run has printed, where a line can't be judged without it. Both throw what reading the run's output throws. */
export interface LookBack {
  /** Up to `limit` lines of the run that stand after a position, in order. */
  linesAfter(position: Position, limit: number): Promise<LoggedLine[]>;
  /** What the rules say of a line. */
  matchOf(line: LoggedLine): Promise<EventMatch>;
}
