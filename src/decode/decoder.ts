import type { StreamFormat } from '../contracts/log-headers.ts';
import type { StreamName } from '../contracts/run.ts';
import type { DecodedEvent } from './event.ts';
import type { Line } from './line.ts';

/** How one stream of a run is written: `structured` (a JSON object a line) or `text`; `stream-opening.ts` decides. */
export type { StreamFormat };

/** Turns the lines of one runtime into events. Pure: the same line and format always give the same event. */
export interface Decoder {
  /** The runtime's name in the contract's sense, e.g. `claude-code`. */
  readonly runtime: string;
  /** Whether the runtime has structured output at all. */
  readonly readsEvents: boolean;
  /** The format of a stream whose first non-blank line is this one. */
  formatOf(stream: StreamName, firstLine: string): StreamFormat;
  decode(line: Line, format: StreamFormat): DecodedEvent;
  /**
   * Whether the line is an event that this runtime opens a run with. Unlike a first line, it may stand behind what a
   * wrapper has printed, so it must be one that claims no failure and that a model has no reason to print.
   */
  opensRun(stream: StreamName, line: string): boolean;
  /** Whether a first line could only have been written by this runtime. Used when the run names no runtime. */
  recognises(stream: StreamName, firstLine: string): boolean;
  /**
   * Byte sequences of which every structured line with `claimsError` contains at least one,
   * so that the prefilter lets them through. ASCII, seven bytes or more where possible.
   */
  readonly errorLiterals: readonly string[];
  /** Whether its failures are words that any line may have: then the prefilter lets every line through. */
  readonly readsEveryLine?: boolean;
}
