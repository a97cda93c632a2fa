import { expect, it } from 'vitest';
import { isAboveTrace, isShownOfCrash } from '../../../src/decode/text/shown-crash.ts';
import { shapesOf } from './shapes.ts';

it.each([
  ['file:///opt/a/cli.js:12:4', true],
  ['12: throw new Error()', true],
  ['- run (/opt/a/cli.js:12:4)', true],
  ['a sentence', false],
])('%j is shown of a crash: %s', (line, expected) => {
  expect(shapesOf(line).some(isShownOfCrash)).toBe(expected);
});

it('takes what stands between a failure and its trace for the words of the exception', () => {
  const shapes = shapesOf('Error: no\nsee the manual\n    at run (/opt/a.js:1:2)');
  expect(isAboveTrace(shapes, 0, 1)).toBe(true);
  expect(isAboveTrace(shapesOf('Error: no\nsee the manual\n\n    at run (/opt/a.js:1:2)'), 0, 1)).toBe(false);
});
