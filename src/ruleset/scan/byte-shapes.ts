/** The byte sets of up to three bytes in a row; the last is where it ends. Bytes left out may be any. */
export interface Shape {
  readonly first?: readonly number[];
  readonly second?: readonly number[];
  readonly last: readonly number[];
}

/** How many bytes a shape has at most. */
export const SHAPE_BYTES = 3;
/** How many groups of shapes one pass can distinguish. */
const SHAPE_GROUPS = 8;

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
 * Halves are compared, not bytes, so more is found than there is: every find has to be looked at.
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

/** In how large a share of all places something may be found so that no second pass is worthwhile. */
const MAX_SHARE = 0.005;

/**
 * One set of groups for one pass, or two: shapes that are not among the given groups go where there is room, as long as
 * that does not find too much else.
 */
export function groupAll(groups: readonly (readonly Shape[])[], shapes: readonly Shape[]): (readonly Shape[])[][] {
  if (shapes.length === 0) return [[...groups]];
  const together = groups.length < SHAPE_GROUPS ? groupShapes(shapes, SHAPE_GROUPS - groups.length) : [];
  const share = together.reduce((sum, group) => sum + shareFound(group), 0);
  return together.length > 0 && share < MAX_SHARE
    ? [[...groups, ...together]]
    : [[...groups], groupShapes(shapes, SHAPE_GROUPS)];
}

/** More shapes than this are put together as they come: trying every two of them would take too long. */
const MAX_COMPARED = 64;

/** Puts shapes into at most so many groups, so that the groups find as little else as possible. */
function groupShapes(shapes: readonly Shape[], most: number): Shape[][] {
  const size = Math.ceil(shapes.length / MAX_COMPARED);
  const groups: Shape[][] = [];
  for (let at = 0; at < shapes.length; at += size) groups.push(shapes.slice(at, at + size));
  while (groups.length > most) {
    let best = { cost: Number.POSITIVE_INFINITY, one: 0, other: 1 };
    for (let one = 0; one < groups.length; one++) {
      for (let other = one + 1; other < groups.length; other++) {
        const pair = [...(groups[one] as Shape[]), ...(groups[other] as Shape[])];
        const cost = shareFound(pair) - shareFound(groups[one] as Shape[]) - shareFound(groups[other] as Shape[]);
        if (cost < best.cost) best = { cost, one, other };
      }
    }
    const [taken = []] = groups.splice(best.other, 1);
    groups[best.one]?.push(...taken);
  }
  return groups;
}

/** In what share of all places a group would find something: halves of bytes are compared, so sets grow together. */
function shareFound(group: readonly Shape[]): number {
  const tables = shapeTables([group]);
  let share = 1;
  for (let place = 0; place < SHAPE_BYTES; place++) {
    let fitting = 0;
    for (let byte = 0; byte < 256; byte++) {
      const [low, high] = [tables[place * 32 + (byte & 0x0f)], tables[place * 32 + 16 + (byte >> 4)]];
      if (low && high) fitting += BYTE_SHARES[byte] as number;
    }
    share *= fitting;
  }
  return share;
}

/** How much of agents' output is this byte, roughly. */
const BYTE_SHARES = ANY.map((byte) => {
  const char = String.fromCharCode(byte);
  if (char === ' ') return 0.12;
  if (/[a-z]/.test(char)) return 0.023;
  if (/[A-Z]/.test(char)) return 0.003;
  if (/[0-9]/.test(char)) return 0.01;
  return byte > 0x20 && byte < 0x7f ? 0.004 : 0.0003;
});
