import { expect, it } from 'vitest';
import { askedOnce } from '../../../src/decode/text/by-shape.ts';
import { shapesOf } from './shapes.ts';

it('asks about each line once, also where the answer is undefined', () => {
  const asked: string[] = [];
  const question = askedOnce(({ body }) => {
    asked.push(body);
    return body === 'a' ? undefined : body;
  });
  const shapes = shapesOf('a\nb\na');
  expect([...shapes, ...shapes].map(question)).toEqual([undefined, 'b', undefined, undefined, 'b', undefined]);
  expect(asked).toEqual(['a', 'b', 'a']);
});
