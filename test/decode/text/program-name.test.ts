import { expect, test } from 'vitest';
import { beginsWithName } from '../../../src/decode/text/program-name.ts';

test('a program puts its name before its words in several ways', () => {
  for (const line of ['agy: sign-in expired', 'cobble> no credits', 'marrow :: gone', '* reed: lost']) {
    expect(beginsWithName(line)?.name, line).toBe(/[a-z]+/.exec(line)?.[0]);
  }
  const line = 'cobble[12]: no credits';
  expect(line.slice(beginsWithName(line)?.length)).toBe('no credits');
});

test('a sentence, a label in capitals and a name alone are none', () => {
  for (const line of ['the run was lost', 'Error: lost', 'cobble:', ''])
    expect(beginsWithName(line), line).toBeUndefined();
});
