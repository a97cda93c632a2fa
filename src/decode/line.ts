import type { StreamName } from '../contracts/run.ts';

/** One line of output as it was printed, without its line break. */
export interface Line {
  readonly stream: StreamName;
  /** Number of the line in its stream, from 0. */
  readonly number: number;
  /** The line's own bytes: what evidence is hashed from. */
  readonly raw: Buffer;
}
