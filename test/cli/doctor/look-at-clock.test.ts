import { expect, test } from 'vitest';
import { judgeClock } from '../../../src/cli/doctor/look-at-clock.ts';

test.each([
  [0, 'ok', "this host's clock is 0.0 s ahead of the server's"],
  [-29_900, 'ok', 'is 29.9 s behind'],
  [
    31_000,
    'warning',
    "is 31.0 s ahead of the server's: a tap or backend here decides by it whether a command has expired",
  ],
  [-660_000, 'warning', 'is 660.0 s behind'],
])('a clock that is %i ms ahead is %s', (aheadMs, level, message) => {
  expect(judgeClock(aheadMs)).toMatchObject({ level, message: expect.stringContaining(message) });
});
