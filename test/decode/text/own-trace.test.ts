import { expect, it } from 'vitest';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';
import { isCompiledTrace, isOwnFile, isOwnTrace } from '../../../src/decode/text/own-trace.ts';

const shapes = (text: string) => text.split('\n').map((line) => shapeLine(line));
const NODE = '    at boot (/usr/lib/node_modules/@google/gemini-cli/dist/index.js:9:1)';
const PYTHON = '  File "/venv/lib/python3.12/site-packages/aider/repomap.py", line 5, in to_tree';

it.each([
  ['a frame below', `TypeError: x is no function\n${NODE}`, 0, true],
  ['a frame above', `Traceback (most recent call last):\n${PYTHON}\n    assert name\nAssertionError`, 3, true],
  [
    'the file of the client itself',
    'Error: ENOSPC: no\n    at appendEntry (file:///opt/claude/cli.js:812:4411)',
    0,
    true,
  ],
  ['a frame of another program', 'TypeError: x\n    at boot (/w/src/index.js:9:1)', 0, false],
  ['a trace that ended before a blank line', `Traceback:\n${PYTHON}\n\nAssertionError`, 3, false],
  ['another trace below', `TypeError: x\n    at a (/w/a.js:1:1)\nRangeError: y\n${NODE}`, 0, false],
  ['an exception that a tool prints further in', `    TypeError: x\n${NODE}`, 0, false],
  ['a line that is no exception', `Reading ${NODE.trim()}\n${NODE}`, 0, false],
])('%s', (_, text, at, isOwn) => {
  expect(isOwnTrace(shapes(text), at)).toBe(isOwn);
});

it.each([
  ['ApiError: malformed\nYour credit balance is too low\n    at make (/$bunfs/root/hand:1:2)', true],
  ['ApiError: malformed\n    at make (/srv/app/x.js:1:2)', false],
  ['The client says so.\n    at make (/$bunfs/root/hand:1:2)', false],
])('%j has the trace of a compiled program below: %s', (text, expected) => {
  expect(isCompiledTrace(shapes(text), 0)).toBe(expected);
});

it('knows a file of a client', () => {
  expect(shapes(`${NODE}\n    at boot (/w/src/index.js:9:1)`).map(isOwnFile)).toEqual([true, false]);
});
