import { expect, it, test } from 'vitest';
import { asksInline, isCursorLine, mayAsk } from '../../../src/decode/text/asking-line.ts';

it.each([
  'Do you want to proceed?',
  '│ Run this command? │',
  '? Which region (Use arrow keys)?',
  'Continue after repeated failures',
  '  Select login method:',
  '┃ ⚠ Approve the call',
  'Overwrite? [y/N]: ',
  'Add it? (Y)es/(N)o [Yes]:',
  '❯ 1. Yes',
  'Sign in with one of these',
  '│ Log in to go on │',
  '▶ [a] Trust this workspace',
])('may ask: %s', (line) => {
  expect(mayAsk(line, false)).toBe(true);
});

it.each(['Cobble wants to execute this command:', 'Permission required', 'Navigate to this URL to authenticate:'])(
  'may ask where its words have been found: %s',
  (line) => {
    expect([mayAsk(line, true), mayAsk(line, false)]).toEqual([true, false]);
  },
);

it.each([
  'Signing in took a second',
  'The user may log in',
  'What now? I went on.',
  'The build may continue',
  'const a = b ? c : d;',
  `${'long '.repeat(80)}?`,
  '1. Yes',
])('never: %s', (line) => {
  expect(mayAsk(line, true)).toBe(false);
});

test('an answer behind the choices is none', () => {
  expect(
    [
      '[Y/n]',
      '(yes/no)?',
      '[y/n/t]:',
      "(Y)es/(N)o/(D)on't ask again [Yes]: ",
      '(y)es | (n)o >',
      '[y]es, [n]o, [d]iff: ',
    ].every(asksInline),
  ).toBe(true);
  expect(['(y)es | (n)o > y', '[y/N] y', '(y/n) means yes or no', '[x/y]', 'yes/no'].some(asksInline)).toBe(false);
});

test('the cursor before a choice that agrees or refuses', () => {
  expect(['❯ 1. Yes', '› 2. No, exit', '> Allow', '│ ● 1. Trust folder'].every(isCursorLine)).toBe(true);
  expect(['1. Yes', '>Yes', '❯ npm test', '- Yes'].some(isCursorLine)).toBe(false);
});

it.each([
  ['  ? Update the index?  [Y] Yes  [N] Not now', true],
  ['Trust this folder?  [A] Always  [Y] Yes, once  [N] No', true],
  ['The prompt was: Trust this folder?  [Y] Yes  [N] No', false],
  ['Which one?  [A] the tree  [B] the house', false],
])('%j asks with its choices behind it: %s', (line, expected) => {
  expect(asksInline(line)).toBe(expected);
});
