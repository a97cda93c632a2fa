import { expect, it } from 'vitest';
import type { TextSource } from '../../../src/decode/text/text-source.ts';
import { endsRun, isHostsEnding } from '../../../src/decode/text/whose-ending.ts';
import { shapesOf } from './shapes.ts';

const source = (hasAnswers: boolean): TextSource => ({
  known: () => undefined,
  name: 'openhands',
  isAgent: true,
  hasAnswers,
  isClientOnly: false,
});
const ends = (text: string, hasAnswers: boolean) => {
  const shapes = shapesOf(text);
  return endsRun(shapes, shapes.length - 1, source(hasAnswers), undefined);
};

it.each([
  ['agent was not started. Exiting.', false],
  ['[hub] agent was not started. Exiting.', true],
  ['09:12:01 - openhands:ERROR: main.py:88 - agent was not started. Exiting.', true],
  ['09:12:01 - lane:ERROR: main.py:88 - agent was not started. Exiting.', false],
  ['##[error]The agent could not run: git exited with code 128', true],
  ['::error::The agent could not run: git exited with code 128', false],
])('beside an answer %j ends the run: %s', (line, expected) => {
  expect(ends(`The cart is next.\n${line}`, true)).toBe(expected);
  expect(ends(line, false) || line.includes('lane:ERROR')).toBe(true);
});

it('ends in a log in which each line has a part’s name', () => {
  const log = '2026-10-02T07:00:00Z INFO hub.main: begun\n2026-10-02T07:00:01Z ERROR hub.main: agent was not started';
  expect(ends(log, true)).toBe(true);
  expect(ends(`I begin.\n${log}`, true)).toBe(false);
});

it('knows a wrapper that has not printed the line above', () => {
  expect(isHostsEnding(shapesOf('[agent] begun\n[hub] giving up'), 1)).toBe(true);
  expect(isHostsEnding(shapesOf('[hub] begun\n[hub] giving up'), 1)).toBe(false);
});
