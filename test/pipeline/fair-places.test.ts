import { expect, test } from 'vitest';
import { createFairPlaces } from '../../src/pipeline/fair-places.ts';

/** Work that ends when it is told to, the oldest first. */
function open(places: number) {
  const fair = createFairPlaces(places);
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const enter = (share: string, name: string) =>
    fair.work(share, async (hasWaited) => {
      begun.push(hasWaited ? `${name} waited` : name);
      await new Promise<void>((resolve) => ends.push(resolve));
    });
  const end = async () => {
    ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { fair, begun, enter, end };
}

test('as much is worked on side by side as there are places, and what waits keeps its order', async () => {
  const { fair, begun, enter, end } = open(2);
  for (const name of ['a1', 'a2', 'a3', 'a4']) void enter('a', name);
  expect([begun, fair.isFull]).toEqual([['a1', 'a2'], true]);
  await end();
  await end();
  expect(begun).toEqual(['a1', 'a2', 'a3 waited', 'a4 waited']);
  await end();
  expect(fair.isFull).toBe(false);
});

test('shares take turns: what one of them brings at once does not hold up what another one brings later', async () => {
  const { begun, enter, end } = open(1);
  for (let number = 1; number <= 1_000; number += 1) void enter('flood', `f${number}`);
  void enter('other', 'o1');
  void enter('other', 'o2');
  void enter('third', 't1');
  for (let ended = 0; ended < 6; ended += 1) await end();
  const order = ['f1', 'f2 waited', 'o1 waited', 't1 waited', 'f3 waited', 'o2 waited', 'f4 waited'];
  expect(begun).toEqual(order);
});

test('work that fails leaves its place to what waits', async () => {
  const { fair, begun, enter } = open(1);
  const failing = fair.work('a', async () => {
    await new Promise((resolve) => setImmediate(resolve));
    throw new Error('away');
  });
  void enter('b', 'b1');
  await expect(failing).rejects.toThrow('away');
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual(['b1 waited']);
});
