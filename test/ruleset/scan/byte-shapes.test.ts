import { describe, expect, it } from 'vitest';
import { bytes, groupAll, SHAPE_TABLES_BYTES, type Shape, shapeTables } from '../../../src/ruleset/scan/byte-shapes.ts';

const shapeOf = (text: string): Shape => {
  const [one = 0, two = 0, three = 0] = Buffer.from(text);
  return { first: [one], second: [two], last: [three] };
};

/** The groups that three bytes fit, as the scan program tells from the tables. */
function groupsAt(tables: Uint8Array, text: string): number {
  return [...Buffer.from(text)].reduce(
    (mask, byte, place) =>
      mask & (tables[place * 32 + (byte & 0x0f)] as number) & (tables[place * 32 + 16 + (byte >> 4)] as number),
    0xff,
  );
}

it('names all bytes between two, both included', () => {
  expect(bytes(0x30, 0x33)).toEqual([0x30, 0x31, 0x32, 0x33]);
});

describe('the tables', () => {
  it('have the bit of each group whose shape is there', () => {
    const tables = shapeTables([[shapeOf('abc')], [shapeOf('xyz'), shapeOf('abd')]]);
    expect(tables).toHaveLength(SHAPE_TABLES_BYTES);
    expect(['abc', 'xyz', 'abd', 'qqq'].map((text) => groupsAt(tables, text))).toEqual([1, 2, 2, 0]);
  });

  it('take any byte where a shape names none', () => {
    const tables = shapeTables([[{ last: [0x0a] }]]);
    expect(groupsAt(tables, 'zz\n')).toBe(1);
    expect(groupsAt(tables, '\n\nz')).toBe(0);
  });
});

describe('grouping', () => {
  const given = [[shapeOf('abc')]];

  it('needs one pass where rare shapes find room among the groups', () => {
    expect(groupAll(given, [])).toEqual([given]);
    const [pass, ...more] = groupAll(given, [shapeOf('\x01\x02\x03')]);
    expect(more).toEqual([]);
    expect(pass).toEqual([...given, [shapeOf('\x01\x02\x03')]]);
  });

  it('makes a second pass of shapes that would find too much, in eight groups at most, and leaves none out', () => {
    const shapes = Array.from({ length: 150 }, (_, i) => ({ last: [0x20 + (i % 90)], second: [0x61 + (i % 26)] }));
    const [first, second = []] = groupAll(given, shapes);
    expect(first).toEqual(given);
    expect(second.length).toBeLessThanOrEqual(8);
    expect(second.flat()).toHaveLength(150);
    expect(second.flat()).toEqual(expect.arrayContaining(shapes));
  });
});
