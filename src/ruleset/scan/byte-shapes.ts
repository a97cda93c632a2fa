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
  const share = together.reduce((sum, group) => sum + shareFound(shapeTables([group])), 0);
  return together.length > 0 && share < MAX_SHARE
    ? [[...groups, ...together]]
    : [[...groups], groupShapes(shapes, SHAPE_GROUPS)];
}

/** More shapes than this are put together as they come: trying every two of them would take too long. */
const MAX_COMPARED = 64;

/** Shapes that one bit stands for. */
interface Group {
  readonly shapes: readonly Shape[];
  /** As `shapeTables` makes them of this group alone. */
  readonly tables: Uint8Array;
  /** In what share of all places it would find something. */
  readonly share: number;
  /** How much more it would find together with another, once that was asked. */
  readonly costWith: Map<Group, number>;
}

/** Puts shapes into at most so many groups, so that the groups find as little else as possible. */
function groupShapes(shapes: readonly Shape[], most: number): (readonly Shape[])[] {
  const size = Math.ceil(shapes.length / MAX_COMPARED);
  const groups: Group[] = [];
  for (let at = 0; at < shapes.length; at += size) {
    const some = shapes.slice(at, at + size);
    groups.push(groupOf(some, shapeTables([some])));
  }
  while (groups.length > most) {
    let best = { cost: Number.POSITIVE_INFINITY, one: 0, other: 1 };
    for (const [one, group] of groups.entries()) {
      for (let other = one + 1; other < groups.length; other++) {
        const cost = costOf(group, groups[other] as Group);
        if (cost < best.cost) best = { cost, one, other };
      }
    }
    const [taken] = groups.splice(best.other, 1) as [Group];
    const grown = groups[best.one] as Group;
    groups[best.one] = groupOf([...grown.shapes, ...taken.shapes], joined(grown, taken));
  }
  return groups.map((group) => group.shapes);
}

function groupOf(shapes: readonly Shape[], tables: Uint8Array): Group {
  return { shapes, tables, share: shareFound(tables), costWith: new Map() };
}

/** How much more two groups find as one. */
function costOf(one: Group, other: Group): number {
  let cost = one.costWith.get(other);
  if (cost === undefined) {
    cost = shareFound(joined(one, other)) - one.share - other.share;
    one.costWith.set(other, cost);
  }
  return cost;
}

function joined(one: Group, other: Group): Uint8Array {
  return one.tables.map((bits, at) => bits | (other.tables[at] as number));
}

/**
 * In what share of all places something would be found: halves of bytes are compared, so sets grow together.
 *
 * @param tables of one group
 */
function shareFound(tables: Uint8Array): number {
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
