import { expect, test } from 'vitest';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';
import { mayState } from '../../../src/decode/text/may-state.ts';

test.each([
  ['Error: the token has expired', true],
  ['✗ lost', true],
  ['10:00:00 ERROR lost', true],
  ['  {', true],
  ['AssertionError', true],
  ['{"level":"fatal","msg":"gone"}', true],
  ['[worker-3] exiting with 75', true],
  ['##[error]Process completed with exit code 1.', true],
  ['[worker-3] token has expired', true],
  ['agent-1  | no credits found', true],
  ['+  const failed = error;', false],
  ['[**Error handling**](#errors): what to do', false],
  ['[worker-3] 12 files served', false],
  ['12: throw new Error(message);', false],
])('%s may state a failure: %s', (raw, may) => {
  expect(mayState(shapeLine(raw))).toBe(may);
});
