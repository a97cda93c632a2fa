import { expect, test } from 'vitest';
import { rawKind } from '../../../src/decode/text/raw-kind.ts';

const kinds = (lines: readonly string[], tells = false) => [...new Set(lines.map((line) => rawKind(line, tells)))];

test('code, comments and prose state nothing by their form', () => {
  expect(kinds(['  return a;', 'const a = b;', 'the rest is prose', 'throw new Failed(a);'])).toEqual(['later']);
  expect(kinds(['}', '// an error: none', ' * error: said of another', '"error": 1,'])).toEqual(['mute']);
});

test('a label, a status, a phrase, a sentence, a mark and a level have to be taken apart', () => {
  const lines = ['Error: no', 'error: no', '429 Too Many Requests', 'the run failed: lost', 'Your session has expired'];
  expect(
    kinds([...lines, '✗ lost', '10:00:00 ERROR lost', '[ERROR] lost', 'lost err="401"', '{', '\x1b[31mError: no']),
  ).toEqual(['open']);
});

test('so does a retry or an end, where the words for it have been found', () => {
  const lines = ['retrying in 3 s', '// retrying in 3 s', 'the run was lost', '✓ the agent stopped'];
  expect(kinds(lines, true)).toEqual(['open']);
  expect(rawKind('the model is a good one', true)).toBe('later');
});

test('what may ask a person has to be read with the lines around it', () => {
  expect(kinds(['Run this command?', '│ Select a model │', '❯ 1. Yes', 'Overwrite it [y/N]:'])).toEqual(['open']);
  expect(rawKind('Cobble wants to run this:', true)).toBe('open');
});

test('where something is taken off, nothing may be left', () => {
  expect(kinds(['', '   ', '10:00:00 INFO', '│ │', '[worker-3] served'])).toEqual(['blank']);
});
