import { expect, test } from 'vitest';
import { countNew, joinRanges } from '../../src/contracts/seq-ranges.ts';

test.each([
  [[], []],
  [
    [
      [5, 5],
      [1, 2],
      [3, 4],
    ],
    [[1, 5]],
  ],
  [
    [
      [1, 9],
      [2, 3],
      [11, 12],
    ],
    [
      [1, 9],
      [11, 12],
    ],
  ],
] as const)('%j are %j', (ranges, joined) => {
  expect(joinRanges(ranges as never)).toEqual(joined);
});

test('past the number that is kept the lowest ranges become one', () => {
  expect(
    joinRanges(
      [
        [1, 1],
        [3, 3],
        [5, 5],
        [7, 7],
      ],
      2,
    ),
  ).toEqual([
    [1, 5],
    [7, 7],
  ]);
});

test('what is known is not counted again, nor twice', () => {
  expect(
    countNew(
      [[1, 10]],
      [
        [5, 12],
        [12, 13],
        [20, 20],
      ],
    ),
  ).toBe(4);
});
