import { expect, it } from 'vitest';
import { isBlockScalar } from '../../../src/decode/text/block-scalar.ts';
import { shapesOf } from './shapes.ts';

it.each([
  ['a value below its key', 'message: |\n  Error: boom', true],
  ['an exception of a file', 'name: nightly\nerror: |-\n  Error: boom', true],
  [
    "an exception below a host's word on a bad end",
    'task 4: exit_status=APIError\nexception: |-\n  Error: boom',
    false,
  ],
  ['another value below such a word', 'task 4: exit_status=APIError\nexpect: |-\n  Error: boom', true],
  ['what is not indented', 'error: |-\nError: boom', false],
])('%s', (_what, text, expected) => {
  const shapes = shapesOf(text);
  expect(isBlockScalar(shapes, shapes.length - 1)).toBe(expected);
});
