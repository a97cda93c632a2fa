import { expect, test } from 'vitest';
import { judgeBalance } from '../../../src/cli/doctor/look-at-account.ts';

const even = { stored: 100, unread: 1, reading: 2, decided: 80, rejected: 10, dead: 3, missed: 4 };

test.each([
  ['comes out even', {}, 'ok', '100 messages of output stored = 80 decided'],
  ['misses some', { decided: 78 }, 'failed', '+ 2 that are not accounted for'],
  ['has some twice', { decided: 81 }, 'warning', '− 1 counted twice'],
])('an account that %s', (_, over, level, message) => {
  expect(judgeBalance({ ...even, ...over })).toMatchObject({ level, message: expect.stringContaining(message) });
});
