import { allNeedles } from './needles/rule-needles.ts';
import { createChunkScanner, HIDDEN_TEXT } from './scan/chunk-scanner.ts';
import { RAW_HIDDEN_TEXT } from './scan/hidden-text.ts';

/** The rows of a chunk, in order, in which something was found, and for each of them a bit for each group of patterns that may match there. */
export interface LineMarks {
  readonly rows: readonly number[];
  readonly bits: readonly number[];
}

/**
 * Makes what finds, in one pass over a chunk's raw bytes, which groups of patterns may match in which of its lines. Where
 * something hides a text all of them may.
 *
 * @param groups patterns of RE2; the first has the lowest bit
 */
export function createLineMarker(groups: readonly (readonly string[])[]): (chunk: Buffer) => LineMarks {
  const bitsOf = new Map<string, number>();
  let everywhere = 0;
  for (const [group, lines] of groups.entries()) {
    const needles = allNeedles({ rules: [], signals: [], errorLiterals: [], lines });
    if (!needles) everywhere |= 1 << group;
    for (const { needle } of needles ?? []) bitsOf.set(needle.text, (bitsOf.get(needle.text) ?? 0) | (1 << group));
  }
  const all = (1 << groups.length) - 1;
  const bitsOfNeedle = [...bitsOf.values()];
  const scanner = createChunkScanner(
    [...bitsOf.keys()].map((text) => ({ text })),
    RAW_HIDDEN_TEXT,
  );
  return (chunk) => {
    const rows: number[] = [];
    const bits: number[] = [];
    scanner.scan(chunk, (needle, at) => {
      const { row, end } = scanner.lineAt(at);
      if (rows.at(-1) !== row) {
        rows.push(row);
        bits.push(everywhere);
      }
      const last = bits.length - 1;
      const found = (bits[last] as number) | (needle === HIDDEN_TEXT ? all : (bitsOfNeedle[needle] as number));
      bits[last] = found;
      return found === all ? end : 0;
    });
    return { rows, bits };
  };
}
