/** The byte sets of up to three bytes in a row; the last is where it ends. Bytes left out may be any. */
export interface Shape {
  readonly first?: readonly number[];
  readonly second?: readonly number[];
  readonly last: readonly number[];
}

/** How many groups of shapes can be told apart in one pass. */
export const SHAPE_GROUPS = 8;

/** Six tables of a vector each. */
export const SHAPE_TABLES_BYTES = 6 * 16;

const ANY = Array.from({ length: 256 }, (_, byte) => byte);

/** All bytes from `from` to `to`, both included. */
export function bytes(from: number, to: number): number[] {
  return ANY.slice(from, to + 1);
}

/**
 * The tables that find shapes sixteen bytes at a time ("Teddy", https://github.com/BurntSushi/aho-corasick/tree/master/src/packed/teddy):
 * for each of the three bytes one by its low and one by its high half, with a bit for each group that it may belong to.
 * Halves are told apart, not bytes, so more is found than there is: every find has to be looked at.
 */
export function shapeTables(groups: readonly (readonly Shape[])[]): Uint8Array {
  const tables = new Uint8Array(SHAPE_TABLES_BYTES);
  for (const [index, shapes] of groups.entries()) {
    for (const { first = ANY, second = ANY, last } of shapes) {
      for (const [place, set] of [first, second, last].entries()) {
        for (const byte of set) {
          for (const at of [place * 32 + (byte & 0x0f), place * 32 + 16 + (byte >> 4)]) {
            tables[at] = (tables[at] as number) | (1 << index);
          }
        }
      }
    }
  }
  return tables;
}
