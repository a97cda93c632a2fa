import { expect, test } from 'vitest';
import { plainWording } from '../../../src/classify/reset-time/plain-wording.ts';

const PLAIN = 'resets nov 23, 8pm (utc)';

test.each([
  ['no-break spaces', 'resets\u00a0Nov\u00a023,\u202f8pm\u00a0(UTC)'],
  ['a middle dot', '\u00b7 resets Nov 23, 8pm (UTC)'],
  ['a bullet', '\u2022 resets\u2022Nov 23, 8pm (UTC)'],
  ['colours', '\u001b[1mresets Nov 23\u001b[22m, \u001b[38;5;220m8pm\u001b[39m (UTC)\u001b[0m'],
  ['a wrapped line', 'resets Nov 23,\r\n  8pm (UTC)'],
  ['upper case', 'RESETS NOV 23, 8PM (UTC)'],
  ['full-width letters', 'resets Nov 23, ８ｐｍ (UTC)'],
  ['nothing: it is plain already', PLAIN],
])('%s', (_what, text) => {
  expect(plainWording(text)).toBe(PLAIN);
});

test('a narrow no-break space is a space', () => {
  expect(plainWording('8\u202fpm')).toBe('8 pm');
});
