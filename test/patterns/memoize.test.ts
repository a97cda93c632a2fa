import { expect, it } from 'vitest';
import { memoize } from '../../src/patterns/memoize.ts';

it('makes of each text once what it remembers, and forgets the oldest', () => {
  const made: string[] = [];
  const known = memoize(4, (text) => made.push(text), 3);
  for (const text of ['a', 'b', 'a', 'b']) known(text);
  expect(made).toEqual(['a', 'b']);
  for (const text of ['c', 'd', 'e', 'f', 'a']) known(text);
  expect(made).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'a']);
});

it('keeps what is asked again', () => {
  const made: string[] = [];
  const known = memoize(4, (text) => made.push(text));
  for (const text of ['a', 'b', 'a', 'c', 'a', 'd', 'a', 'e', 'a']) known(text);
  expect(made.filter((text) => text === 'a')).toHaveLength(1);
});

it('remembers no text that is too long', () => {
  let made = 0;
  const known = memoize(4, () => ++made, 3);
  expect([known('long'), known('long')]).toEqual([1, 2]);
});
