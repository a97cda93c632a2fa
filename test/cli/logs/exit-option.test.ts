import { expect, test } from 'vitest';
import { readExit } from '../../../src/cli/logs/exit-option.ts';

test.each([
  ['0', { code: 0, signal: null }],
  ['137', { code: 137, signal: null }],
  ['SIGKILL', { code: null, signal: 'SIGKILL' }],
  ['SIGUSR1', { code: null, signal: 'SIGUSR1' }],
])('%s is how a run ended', (text, expected) => {
  expect(readExit(text)).toEqual(expected);
});

test.each(['256', '-1', '1.5', 'KILL', 'sigkill', '', 'exit 1'])('"%s" is not', (text) => {
  expect(() => readExit(text)).toThrow('Give an exit code from 0 to 255');
});
