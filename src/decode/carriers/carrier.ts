import type { StreamName } from '../../contracts/run.ts';

/** A line as its carrier hands it on. */
export interface CarriedLine {
  /** The program's own bytes, without a line break. */
  readonly raw: Buffer;
  /** The stream it was printed on, where the carrier says so. */
  readonly stream?: StreamName;
  /** When it was printed, epoch milliseconds, where the carrier says so and the time can be one. */
  readonly timeMs?: number;
  /** Who printed it, where the carrier names them: a service, a pod, a daemon. */
  readonly source?: string;
  /** The line goes on in the next one of the same stream. */
  readonly partial?: true;
}

/** Something that stores or sends a program's lines and puts something of its own around each of them. Pure. */
export interface Carrier {
  /** As in the contract's codecs, where it is one. */
  readonly name: string;
  /** For people, as in "read as codex --json in docker's json-file". */
  readonly title: string;
  /** An `envelope` holds the line in a field of its own; a `prefix` stands before it, as a stamp or a name does. */
  readonly kind: 'envelope' | 'prefix';
  /** The lines that a stored line holds; undefined where this carrier has not written it. Never throws. */
  open(stored: Buffer): readonly CarriedLine[] | undefined;
  /** Whether stored lines that can be opened one by one also look as this carrier writes them together. */
  readonly fitTogether?: (stored: readonly Buffer[]) => boolean;
}
