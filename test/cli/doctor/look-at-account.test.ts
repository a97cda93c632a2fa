import { expect, test } from 'vitest';
import { judgeBalance } from '../../../src/cli/doctor/look-at-account.ts';

const even = {
  stored: 100,
  unread: 1,
  reading: 2,
  decided: 80,
  rejected: 10,
  dead: 3,
  missed: 4,
  untold: 0,
  deleted: 0,
};

test.each([
  ['comes out even', {}, 'ok', '100 messages of output stored = 80 decided'],
  ['misses some', { decided: 78 }, 'failed', '+ 2 that are not accounted for'],
  [
    'can tell nothing of some',
    { decided: 77, untold: 2, deleted: 5 },
    'warning',
    '+ 3 that may or may not be lost: 2 were',
  ],
  ['misses more than that', { decided: 75, deleted: 2 }, 'failed', '2 were deleted from the stream by hand'],
  ['misses more than it can’t tell', { decided: 75, deleted: 2 }, 'failed', '+ 3 that are not accounted for'],
  [
    'had to begin anew, since it could not be read',
    { decided: 5, unreadableAt: '2026-01-01T00:00:00.000Z' },
    'warning',
    '+ 75 that may or may not be lost: the entry "account" of the bucket knell_fleet could not be read at 2026-01-01T00:00:00.000Z',
  ],
  ['has some twice', { decided: 81 }, 'warning', '− 1 counted twice'],
])('an account that %s', (_, over, level, message) => {
  expect(judgeBalance({ ...even, ...over })).toMatchObject({ level, message: expect.stringContaining(message) });
});
