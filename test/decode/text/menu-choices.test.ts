import { describe, expect, it, test } from 'vitest';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';
import { choiceOn, choicesInRow, isAgreeOrNot } from '../../../src/decode/text/menu-choices.ts';

describe('a choice on a line of its own', () => {
  it.each([
    ['❯ 1. Yes', { label: 'Yes', isChosen: true, isKeyed: true }],
    ['  2. No, and say why (esc)', { label: 'No, and say why (esc)', isChosen: false, isKeyed: true }],
    ['│ ● 1. Allow once   │', { label: 'Allow once', isChosen: true, isKeyed: true }],
    ['│  ○ Deny', { label: 'Deny', isChosen: false, isKeyed: false }],
    ['   [q] Quit', { label: 'Quit', isChosen: false, isKeyed: true }],
    [' → Run (y)', { label: 'Run (y)', isChosen: true, isKeyed: false }],
    ['> Yes, allow', { label: 'Yes, allow', isChosen: true, isKeyed: false }],
  ])('%s', (line, choice) => {
    expect(choiceOn(shapeLine(line))).toEqual(choice);
  });

  it.each(['Yes', '- Yes', '>', '❯', '>Yes', '[done] Yes', '12.5 seconds', `1. ${'long '.repeat(40)}`])(
    'none: %s',
    (line) => {
      expect(choiceOn(shapeLine(line))).toBeUndefined();
    },
  );
});

describe('choices in a row', () => {
  it.each([
    ['  Allow once   Allow always   Reject', ['Allow once', 'Allow always', 'Reject']],
    ['[1] Run command   [2] Reject', ['Run command', 'Reject']],
    ['[y] Approve [n] Deny', ['Approve', 'Deny']],
    ['[ Allow ]  [ Deny ]', ['Allow', 'Deny']],
    ['Yes / No', ['Yes', 'No']],
  ])('%s', (line, labels) => {
    expect(choicesInRow(shapeLine(line))).toEqual(labels);
  });

  it.each(['Allow once, Allow always, Reject', 'Allow   Approve', 'name   size   date', 'flag   Yes   No', 'Yes'])(
    'none: %s',
    (line) => {
      expect(choicesInRow(shapeLine(line))).toEqual([]);
    },
  );
});

test('one choice agrees and another one does not', () => {
  expect(isAgreeOrNot(['Yes', 'No'])).toBe(true);
  expect(isAgreeOrNot(['Update now', 'Skip'])).toBe(true);
  expect(isAgreeOrNot(['Yes', 'Yes, always'])).toBe(false);
  expect(isAgreeOrNot(['Yesterday', 'Nothing'])).toBe(false);
});
