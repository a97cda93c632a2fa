import { describe, expect, it } from 'vitest';
import { failsAgain, givesUp, isOverSoon, retries, retriesBefore } from '../../../src/decode/text/retry-lines.ts';
import { shapesOf } from './shapes.ts';

const lastOf = (text: string) => {
  const shapes = shapesOf(text);
  return retriesBefore(shapes, shapes.length - 1);
};

describe('retries', () => {
  it.each([
    ['Retrying in 2s', true],
    ['Error: boom', false],
    ['', false],
  ])('%j: %s', (text, expected) => {
    expect(shapesOf(text).map(retries)).toEqual([expected]);
  });
});

describe('isOverSoon', () => {
  const OVER = 'All retries exhausted';

  it('finds the end of the retries within five lines below', () => {
    expect(isOverSoon(shapesOf(`Error: boom\n\n\n\n\n${OVER}`), 0)).toBe(true);
    expect(isOverSoon(shapesOf(`Error: boom\n\n\n\n\n\n${OVER}`), 0)).toBe(false);
  });

  it('does not look at the line itself', () => {
    expect(isOverSoon(shapesOf(OVER), 0)).toBe(false);
  });
});

describe('retriesBefore', () => {
  it.each([
    ['a delay above', 'Retrying in 2 seconds\nError: boom', true],
    ['blank lines between', 'Retrying in 2 seconds\n\n\nError: boom', true],
    ['too many blank lines between', 'Retrying in 2 seconds\n\n\n\nError: boom', false],
    ['the last try above', 'Retrying in 2 seconds (attempt 3/3)\nError: boom', false],
    ['a try before the last', 'Retrying in 2 seconds (attempt 2/3)\nError: boom', true],
    ['an ellipsis that the reason follows', 'Attempt 1 failed. Retrying...\nError: boom', true],
    ['a detail under a retry', 'Attempt 1 failed. Retrying...\n  at x\n  cause: Error: read', true],
    ['a detail under another statement', 'Error: boom\n  cause: Error: read', false],
    ['nothing above', 'Error: boom', false],
    ['each failure above its retry', 'Error: boom x\nRetrying in 2 seconds\nError: boom x', false],
    [
      'each failure below its retry',
      'Retrying in 1 seconds\nError: boom x\nRetrying in 2 seconds\nError: boom x',
      true,
    ],
  ])('%s', (_, text, expected) => {
    expect(lastOf(text)).toBe(expected);
  });
});

it.each([
  [
    'below its last try',
    '⚠ API call failed (attempt 3/3): x\n   Model: y\n❌ Max retries (3) exceeded. Giving up.',
    true,
  ],
  [
    'below another try',
    '⚠ API call failed (attempt 2/3): x\n   Model: y\n❌ Max retries (3) exceeded. Giving up.',
    false,
  ],
  ['without a mark', '⚠ API call failed (attempt 3/3): x\nMax retries (3) exceeded.', false],
  ['behind prose', 'I set the limit.\n❌ Max retries (3) exceeded.', false],
])('gives up %s', (_where, text, expected) => {
  const shapes = shapesOf(text);
  expect(givesUp(shapes, shapes.length - 1)).toBe(expected);
});

it('knows the failure that stands there once more', () => {
  const shapes = shapesOf('✗ no credits\n● Going on\n✗ no credits\n✗ too late');
  expect([failsAgain(shapes, 0, 0), failsAgain(shapes, 2, 2), failsAgain(shapes, 3, 3)]).toEqual([true, true, false]);
});
