import { isBefore } from '../../contracts/position.ts';
import type { Position } from '../../contracts/run-state.ts';
import type { EventMatch } from '../../ruleset/rule-set.ts';
import type { LogBegin, LoggedLine } from '../ports/ports.ts';

/** What is known of a line that was read back. */
export interface LineMatch extends EventMatch {
  /** The model says something in an event of its own, so a request has succeeded. */
  readonly isSpeech?: boolean;
  /** The agent has been given a prompt. */
  readonly showsTurn?: boolean;
}

/** Reads back what a run has printed, where a line can't be judged without it. All throw what reading the run's output throws. */
export interface LookBack {
  /** Up to `limit` lines of the run that stand after a position, in order. */
  linesAfter(position: Position, limit: number): Promise<readonly LoggedLine[]>;
  /** What the rules say of a line. */
  matchOf(line: LoggedLine): Promise<LineMatch>;
  /** Where the log begins by now. */
  begin(): Promise<LogBegin>;
}

/** The same, asked once for each line: a run that says one failure a thousand times is read back once for all of them. */
export function readOnce({ linesAfter, matchOf, begin }: LookBack): LookBack {
  let from: Position | undefined;
  let lines: LoggedLine[] = [];
  const matches = new Map<string, Promise<LineMatch>>();
  return {
    begin,
    async linesAfter(position, limit) {
      const start =
        from && !isBefore(position, from) ? lines.findIndex((line) => isBefore(position, line.position)) : -1;
      if (start < 0) {
        from = position;
        lines = [];
      }
      const known = start < 0 ? [] : lines.slice(start, start + limit);
      if (known.length === limit) return known;
      const more = await linesAfter(lines.at(-1)?.position ?? position, limit - known.length);
      lines.push(...more);
      return [...known, ...more];
    },
    matchOf(line) {
      const key = `${line.position.seq} ${line.position.row}`;
      const match = matches.get(key) ?? matchOf(line);
      matches.set(key, match);
      return match;
    },
  };
}
