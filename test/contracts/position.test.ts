import { expect, it } from 'vitest';
import { comparePositions, isBefore } from '../../src/contracts/position.ts';

it.each<[string, [number, number], [number, number], boolean]>([
  ['an earlier message', [1, 9], [2, 0], true],
  ['an earlier row of one message', [2, 0], [2, 1], true],
  ['the same line', [2, 1], [2, 1], false],
  ['a later row', [2, 2], [2, 1], false],
  ['a later message', [3, 0], [2, 1], false],
])('%s stands before: %4$s', (_what, [seq, row], [otherSeq, otherRow], expected) => {
  expect(isBefore({ seq, row }, { seq: otherSeq, row: otherRow })).toBe(expected);
});

it('sorts by message, then by row, and takes the same place for equal', () => {
  const places = [
    { seq: 2, row: 0 },
    { seq: 1, row: 10 },
    { seq: 1, row: 9 },
  ];
  expect(places.toSorted(comparePositions)).toEqual(places.toReversed());
  expect(comparePositions({ seq: 3, row: 1 }, { seq: 3, row: 1 })).toBe(0);
});
