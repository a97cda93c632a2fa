import { expect, test } from 'vitest';
import { isLastScreen } from '../../../src/decode/text/last-screen.ts';
import { shapesOf } from './shapes.ts';

const MENU = 'Run it?\n ❯ 1. Yes\n   2. No';
const isLast = (below: string, screen = MENU) => isLastScreen(shapesOf(`${screen}${below}`), 0, 2);

test.each([
  ['nothing', ''],
  ['hints on keys', '\n\n Enter to confirm · Esc to cancel'],
  ['the same screen again', `\n${MENU}`],
  ['the word that nobody answers', '\nno input within 60s'],
  ['the end of a Python program without an input', '\nEOFError: EOF when reading a line'],
  [
    'its trace',
    '\nTraceback (most recent call last):\n  File "a.py", line 3, in ask\nEOFError: EOF when reading a line',
  ],
  ['the end of a Go program without an input', '\nError: EOF\nexit status 1'],
])('a screen is the last thing that is said above %s', (_what, below) => {
  expect(isLast(below)).toBe(true);
});

test.each([
  ['an answer', '\nAll tests pass now.'],
  ['the exit of a program that had its input', '\nexit status 1'],
])('a screen is not the last thing that is said above %s', (_what, below) => {
  expect(isLast(below)).toBe(false);
});
