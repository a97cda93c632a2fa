import { expect, it } from 'vitest';
import { isObject, joinTexts, objectsAt, stringAt, valueAt } from '../../src/decode/json.ts';

it('takes neither null nor an array for an object', () => {
  expect([{}, null, [], 'x'].map(isObject)).toEqual([true, false, false, false]);
});

it('follows a path of own keys only', () => {
  const value = { a: { b: null, c: 'text' }, list: [{ d: 1 }, null, [2], { e: 3 }] };
  expect(valueAt(value, 'a', 'b')).toBeNull();
  expect(valueAt(value, 'a', 'b', 'c')).toBeUndefined();
  expect(valueAt(value, 'toString')).toBeUndefined();
  expect(valueAt(value)).toBe(value);
  expect(stringAt(value, 'a', 'c')).toBe('text');
  expect(stringAt(value, 'a')).toBeUndefined();
  expect(objectsAt(value, 'list')).toEqual([{ d: 1 }, { e: 3 }]);
  expect(objectsAt(value, 'a')).toEqual([]);
});

it('joins the texts that are there', () => {
  expect(joinTexts(['a', undefined, '', 'b'])).toBe('a\nb');
});
