import { expect, test, vi } from 'vitest';
import { createLatePrefilter } from '../../src/ruleset/late-prefilter.ts';

test('every line passes until there is much to go through, then what the prefilter lets through', () => {
  const make = vi.fn(() => () => []);
  const prefilter = createLatePrefilter(make);
  expect(prefilter(Buffer.from('one\ntwo\n'))).toEqual([
    { start: 0, end: 3, row: 0 },
    { start: 4, end: 7, row: 1 },
  ]);
  expect(make).not.toHaveBeenCalled();
  for (let kilobytes = 0; kilobytes < 64; kilobytes++) prefilter(Buffer.alloc(1_024, 'a\n'));
  expect(prefilter(Buffer.from('one\ntwo\n'))).toEqual([]);
  expect(make).toHaveBeenCalledOnce();
});
