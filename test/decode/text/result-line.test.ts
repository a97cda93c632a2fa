import { expect, it } from 'vitest';
import { handsOver } from '../../../src/decode/text/result-line.ts';
import { shapesOf } from './shapes.ts';

it.each([
  ['Result: "Row 12, seat C."', true],
  ['Final answer: 42', true],
  ['Agent output: Berlin is the capital.', true],
  ['Result: FAILED (0 of 3 steps)', false],
  ['Result: task was not completed', false],
  ['Final answer: none', false],
  ['Result: "Credit balance is too low"', false],
  ['Output: /tmp/run/out.txt', false],
  ['Result: {"error":"no"}', false],
  ['The result: three files more', false],
])('%j hands something over: %s', (line, expected) => {
  expect(shapesOf(line).some(handsOver)).toBe(expected);
});
