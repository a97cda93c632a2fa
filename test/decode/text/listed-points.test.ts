import { expect, it } from 'vitest';
import { isDetail, isListed } from '../../../src/decode/text/listed-points.ts';
import { shapesOf } from './shapes.ts';

it('takes a list of failures right below a failure for its detail', () => {
  const shapes = shapesOf('Error: refused\n- quota exceeded for requests\n- go on');
  expect(isDetail(shapes, 0, 1)).toBe(true);
  expect(isDetail(shapes, 0, 2)).toBe(false);
});

it.each([
  ['To reduce input tokens:\n- use /clear', true],
  ['I did the following:\n- renamed it', false],
  ["You've used all your requests. You have two options:\n1. Upgrade to a higher plan", true],
  ["You've used all your requests. You have two options:\n1. Cache the answers in src/a.ts", false],
  ["You've used all your requests. You have two options:\n1. I can wait until it resets", false],
  ['The plan has two options:\n1. Upgrade to a higher plan', false],
])('%j', (text, expected) => {
  expect(isListed(shapesOf(text), 1)).toBe(expected);
});
