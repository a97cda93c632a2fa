import { expect, test } from 'vitest';
import { isDyingWord, wasToldToEnd } from '../../src/classify/dying-words.ts';
import { evidence } from '../support/decisions.ts';

test.each<[string, number | null, string | null, boolean]>([
  ['SIGTERM', null, 'SIGTERM', true],
  ['SIGINT', null, 'SIGINT', true],
  ['SIGHUP', null, 'SIGHUP', true],
  ['SIGKILL, which also the kernel sends', null, 'SIGKILL', false],
  ['SIGSEGV', null, 'SIGSEGV', false],
  ['128 + SIGHUP', 129, null, true],
  ['128 + SIGINT', 130, null, true],
  ['128 + SIGTERM', 143, null, true],
  ['128 + SIGKILL', 137, null, false],
  ['an error', 1, null, false],
  ['success', 0, null, false],
  ['an exit of which nothing is known', null, null, false],
  ['a signal that speaks against its code', 143, 'SIGSEGV', false],
])('an exit by %s: ended on purpose is %4$s', (_how, code, signal, expected) => {
  expect(wasToldToEnd({ at_ms: 0, code, signal })).toBe(expected);
});

test.each<[string, string, boolean]>([
  ['result/error_during_execution', 'anything', true],
  ['result', '[ede_diagnostic] stop', true],
  ['result', 'Request was aborted.', true],
  ['line', 'Error: write EPIPE', true],
  ['line', 'BROKEN PIPE', true],
  ['line', 'Interrupted by user', true],
  ['result', 'OAuth token has expired', false],
  ['line', 'the pipe is fine', false],
])('%s: %s', (event, excerpt, expected) => {
  expect(isDyingWord(evidence({ event, excerpt }))).toBe(expected);
});
