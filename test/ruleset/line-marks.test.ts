import { expect, test } from 'vitest';
import { createLineMarker } from '../../src/ruleset/line-marks.ts';

test('a row is marked with each group of which a pattern may match in it', () => {
  const mark = createLineMarker([['(?i)retry'], ['(?i)failed|refused']]);
  expect([...mark(Buffer.from('all is well\nRETRY: it failed\nrefused\n'))]).toEqual([
    [1, 3],
    [2, 2],
  ]);
});

test('where something hides a text each group may match', () => {
  const mark = createLineMarker([['retry'], ['failed']]);
  expect([...mark(Buffer.from('well\n\x1b[31mwell\n'))]).toEqual([[1, 3]]);
});
