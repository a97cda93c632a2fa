import type { Position } from './run-state.ts';

/** Orders positions as the lines stand in the log stream, for `sort`: negative where `a` stands first. */
export function comparePositions(a: Position, b: Position): number {
  return a.seq - b.seq || a.row - b.row;
}

/** Whether `a` stands before `b` in the log stream. */
export function isBefore(a: Position, b: Position): boolean {
  return comparePositions(a, b) < 0;
}
