import { expect, it } from 'vitest';
import { parseJson } from '../../src/contracts/parse-json.ts';

const bytes = (text: string) => Buffer.from(text);

it('reads JSON of any kind, also out of the middle of a buffer', () => {
  expect(parseJson(bytes('{"a":[1,null]}'))).toEqual({ a: [1, null] });
  expect(parseJson(bytes('xx"ä"xx').subarray(2, 6))).toBe('ä');
  expect(parseJson(new Uint8Array(bytes('7')))).toBe(7);
});

it('takes everything else for nothing', () => {
  for (const data of [undefined, bytes(''), bytes('{"a":'), bytes('a'), Buffer.from([0xff, 0x00])]) {
    expect(parseJson(data)).toBeUndefined();
  }
});

it('survives values that are nested a hundred thousand deep', () => {
  expect(Array.isArray(parseJson(bytes(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)))).toBe(true);
});
