import { expect, it } from 'vitest';
import { explanation } from '../../../src/decode/text/explanation.ts';
import { shapesOf } from './shapes.ts';

it.each([
  ['a weak statement right below', 'Error: no\nInvalid API key', 'Invalid API key'],
  ['a reason by its name', 'Error: no\nReason: token expired', 'token expired'],
  ["Rust's chain", 'Error: no\n\nCaused by:\n  0: lost\n  1: refused', 'lost\nrefused'],
  [
    'a login in the next paragraph',
    'Error: no\n\nYour GitHub token has expired. Make a new one.',
    'Your GitHub token has expired. Make a new one.',
  ],
  ['a sentence on a login that did not fail', 'Error: no\n\nYour session was saved.', undefined],
  ['any other paragraph', 'Error: no\n\nInvalid API key', undefined],
  ['a retry', 'Error: no\nRetrying in 2 s', undefined],
])('%s', (_what, text, expected) => {
  expect(explanation(shapesOf(text), 1)).toBe(expected);
});
