import type { LineShape } from '../../decode/text/line-shape.ts';
import type { TextFailure } from '../../decode/text/text-failures.ts';
import type { Resolved } from '../causes/resolve-cause.ts';

/** The lines of text around one, on the same stream: what decides whether it is a quotation. */
export interface TextWindow {
  readonly shapes: readonly LineShape[];
  /** The line in question. */
  readonly at: number;
}

/** What a text line states in its window, and what that means. */
export interface TextReading {
  readonly text: TextFailure;
  readonly resolved: Resolved | undefined;
  /** By an experimental cause, beside the one that is in force. */
  readonly tried?: Resolved | undefined;
}
