import type { Provenance } from '../contracts/categories.ts';

/** Who speaks below a line, as far as the lines above tell; undefined while no heading was seen. */
export type ReadHeading = (raw: string, above: Above) => Provenance | undefined;

export interface Above {
  readonly speaker: Provenance | undefined;
  readonly blank: boolean;
  /** Whether the last line that is not blank is the heading of a command's output, which is empty so far. */
  readonly opensOutput: boolean;
  /** Whether the line above is the heading of a command that printed nothing: no colon is behind it. */
  readonly endsOutput: boolean;
  /** Whether the line above is a heading below which nothing stands so far. */
  readonly isHeading: boolean;
  /** Whether the line above opens a quotation: it ends with a colon, or is a code fence. */
  readonly introduces: boolean;
  /** The last command line that a heading announced: what it prints may be another agent's output, or show one. */
  readonly command: string;
  /** Some command before has started another agent, so that headings below it prove nothing. */
  readonly isNested: boolean;
  /** Whether nothing but the runtime's own last words follow. */
  readonly isClosed: () => boolean;
}
