import type { LineShape } from './line-shape.ts';
import type { StatementLine } from './statement-line.ts';

/** What a pack knows of a line: that it is one of its statements or a client's banner. */
export type KnownStatement = (shape: LineShape) => StatementLine | undefined;

/** What the reader has to know of the stream's program. */
export interface TextSource {
  /** The runtime's name: a line that begins with it is the runtime's own. */
  readonly name: string;
  readonly known: KnownStatement;
  /** Only an agent writes there. On a host's output every program does, and a first line proves nothing. */
  readonly isAgent: boolean;
  /** The model's answer stands on the same channel. */
  readonly hasAnswers: boolean;
  /** Only the client writes there, as on the stderr of agents that answer on stdout. */
  readonly isClientOnly: boolean;
  /** Whether the runtime's own headings say that the model, a tool or the prompt speaks at a line; left out: it prints none. */
  readonly isOthers?: (shapes: readonly LineShape[], at: number) => boolean;
  /** Whether the runtime's own headings above a line say that the client speaks; left out: it prints none. */
  readonly isHeaded?: (shapes: readonly LineShape[], at: number) => boolean;
  /** Whether the client seems to speak at a line, but a tool whose output stands above may have printed it. */
  readonly mayBeTools?: (shapes: readonly LineShape[], at: number) => boolean;
}
