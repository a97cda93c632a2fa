import type { CarriedLine } from './carrier.ts';

/** What is joined to one line at most. Docker cuts at 16 KiB, so this is a line of 8 MiB. */
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_PARTS = 1_024;

/** Joins the pieces of lines that a carrier stores in pieces, each stream's by themselves. */
export interface PartialJoiner {
  /** The line that a piece completes; undefined while more of it is to come. */
  add(line: CarriedLine): CarriedLine | undefined;
  /** What still waits for its end: the program printed no line break, or the log was cut. */
  end(): CarriedLine[];
}

export function createPartialJoiner(): PartialJoiner {
  const waiting = new Map<string, { first: CarriedLine; parts: Buffer[]; bytes: number }>();
  return {
    add(line) {
      const key = line.stream ?? '';
      const begun = waiting.get(key);
      if (!begun && !line.partial) return line;
      const { first, parts, bytes } = begun ?? { first: line, parts: [], bytes: 0 };
      parts.push(line.raw);
      const grown = { first, parts, bytes: bytes + line.raw.length };
      if (line.partial && grown.bytes < MAX_BYTES && parts.length < MAX_PARTS) {
        waiting.set(key, grown);
        return undefined;
      }
      waiting.delete(key);
      return joined(grown);
    },
    end() {
      const rest = [...waiting.values()].map(joined);
      waiting.clear();
      return rest;
    },
  };
}

function joined({ first, parts }: { first: CarriedLine; parts: readonly Buffer[] }): CarriedLine {
  const { partial: _, ...line } = first;
  return { ...line, raw: Buffer.concat(parts) };
}
