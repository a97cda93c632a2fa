import { expect, it } from 'vitest';
import { isLogLevel, LEVEL, levelOf, withWarning } from '../../../src/decode/text/line-level.ts';

it.each([
  ['CRITICAL', 'fatal'],
  ['PANIC', 'fatal'],
  ['SEVERE', 'error'],
  ['ERRO', 'error'],
  ['warning', 'warn'],
  ['NOTICE', 'info'],
  ['VERBOSE', 'debug'],
] as const)('%s is the level %s', (word, level) => {
  expect(levelOf(word)).toBe(level);
});

it.each([
  ['[error] no', true],
  ['ERROR no', true],
  ['ERROR: no', false],
  ['error: no', false],
])('in %j a level stands without a time before it: %s', (line, expected) => {
  expect(isLogLevel(LEVEL.exec(line)?.[0] ?? '')).toBe(expected);
});

it('takes no word for a level that only begins like one', () => {
  expect(LEVEL.test('ERRORS are counted')).toBe(false);
});

it.each([
  ['[non-fatal] no', '[WARN] no'],
  ['[Optional] no', '[WARN] no'],
  ['[non-retryable] no', '[non-retryable] no'],
  ['[fatal] no', '[fatal] no'],
])('%j is read as %j', (line, expected) => {
  expect(withWarning(line)).toBe(expected);
});
