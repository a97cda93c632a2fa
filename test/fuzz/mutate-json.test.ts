import { expect, it } from 'vitest';
import { createRandom } from '../chaos/random.ts';
import { mutateJson } from './mutate-json.ts';

const one = Buffer.from('{"type":"result","error":{"status":401,"list":[1,2]}}');

it('makes other JSON of JSON', () => {
  const random = createRandom(1);
  const made = Array.from({ length: 200 }, () => `${mutateJson(one, Buffer.from('{"extra":["deep"]}'), random)}`);
  for (const text of made) expect(() => JSON.parse(text)).not.toThrow();
  expect(new Set(made).size).toBeGreaterThan(60);
  expect(made.some((text) => text.includes('deep'))).toBe(true);
});

it('keeps a byte that stands before it', () => {
  expect(`${mutateJson(Buffer.from('\x03[1,[2]]'), one, createRandom(1))}`).toMatch(/^\x03\[.*\]$/);
});

it('has nothing to do with what is none, or holds nothing', () => {
  for (const text of ['Error: 401', '{"a":', '3', '{}', ''])
    expect(mutateJson(Buffer.from(text), one, () => 0)).toBeUndefined();
});
