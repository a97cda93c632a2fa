import { expect, test } from 'vitest';
import { longestPauseMs, pauseAfterRaces } from '../../../src/pipeline/ports/race-pause.ts';

test('each lost race doubles the longest pause, up to half a second', () => {
  expect([1, 2, 3, 8, 9, 60].map(longestPauseMs)).toEqual([4, 8, 16, 500, 500, 500]);
});

test('before the first try there is none', async () => {
  let waited = false;
  setTimeout(() => {
    waited = true;
  }, 0);
  await pauseAfterRaces(0);
  expect(waited).toBe(false);
});
