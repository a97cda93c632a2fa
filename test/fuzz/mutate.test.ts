import { expect, it } from 'vitest';
import { createRandom } from '../chaos/random.ts';
import { mutate } from './mutate.ts';

const [one, other] = [Buffer.from('{"type":"result"}'), Buffer.from('Error: 401')];

it('makes the same of the same numbers, and leaves what it was given as it is', () => {
  const made = () =>
    Array.from(
      { length: 50 },
      (
        (random) => () =>
          `${mutate(one, other, random, 100)}`
      )(createRandom(3)),
    );
  expect(made()).toEqual(made());
  expect(new Set(made()).size).toBeGreaterThan(40);
  expect(`${one}`).toBe('{"type":"result"}');
});

it('gets no longer than it may, and begins with nothing too', () => {
  const random = createRandom(5);
  let bytes: Buffer = Buffer.alloc(0);
  for (let times = 0; times < 500; times += 1) {
    bytes = mutate(bytes, other, random, 64);
    expect(bytes.length).toBeLessThanOrEqual(64);
  }
  expect(bytes.length).toBeGreaterThan(0);
});
