import { expect, it } from 'vitest';
import { isAmongTools, isTickedOffBelow } from '../../../src/decode/text/marked-items.ts';
import { shapesOf } from './shapes.ts';

it.each([
  ['  ✗ Oracle: no answer (502)\n  ✓ Bash   make', 0, true],
  ['✓ Read a.ts\n✗ web_search   API key missing', 1, true],
  // The client's own failure, and whom it is about.
  ['✓ Bash make\n✗ API Error: 401', 1, false],
  ['✓ Bash make\n✗ claude: 401 Invalid API key', 1, false],
  ['✓ Bash make\n✗ agent: authentication failed', 1, false],
  // Another list, or none.
  ['✓ Bash make\n\n✗ Oracle: no answer (502)', 1, false],
  ['✓ checkout\n✗ lint: failed', 1, false],
])('in %j row %i is of a tool: %s', (text, at, expected) => {
  expect(isAmongTools(shapesOf(text), at)).toBe(expected);
});

it.each([
  ['✗ scout: 529 overloaded\n✓ mason: wall is up', true],
  ['✗ scout: 529 overloaded\n✗ smith: 529 overloaded\n✓ mason: wall is up', true],
  ['✗ scout: 529 overloaded', false],
  ['✗ scout: 529 overloaded\n    ✓ asked twice', false],
  ['✗ agent run: 402 no credits\n✓ workspace removed', false],
  ['✗ agent run: 402 no credits\n✓ slack told\n##[error]Process completed with exit code 1.', false],
])('in %j a row below went well: %s', (text, expected) => {
  expect(isTickedOffBelow(shapesOf(text), 0)).toBe(expected);
});
