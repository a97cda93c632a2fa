import { expect, test } from 'vitest';
import { createKeyedQueue } from '../../../src/nats/consume/keyed-queue.ts';

/** Work that ends when it is told to; items in lower case are done at once. */
function open() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const queue = createKeyedQueue<string>(([item = '']) => {
    begun.push(item);
    if (item === item.toLowerCase()) return undefined;
    return new Promise<void>((resolve) => ends.set(item, resolve));
  });
  const end = async (item: string) => {
    ends.get(item)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { queue, begun, end };
}

test('what is done at once leaves nothing behind', () => {
  const { queue, begun } = open();
  queue.enter('x', 'a', 5);
  expect([begun, queue.held, queue.heldBytes]).toEqual([['a'], 0, 0]);
});

test('what takes its time holds up its own key only, and all of it counts as held', async () => {
  const { queue, begun, end } = open();
  queue.enter('x', 'A', 1);
  queue.enter('x', 'b', 2);
  queue.enter('x', 'C', 4);
  queue.enter('y', 'd', 8);
  expect([begun, queue.held, queue.heldBytes]).toEqual([['A', 'd'], 3, 7]);
  await end('A');
  expect([begun, queue.held, queue.heldBytes]).toEqual([['A', 'd', 'b', 'C'], 1, 4]);
  await end('C');
  expect([queue.held, queue.heldBytes]).toEqual([0, 0]);
});

test('abandoning takes out what has not begun, and drained waits for what has', async () => {
  const { queue, begun, end } = open();
  queue.enter('x', 'A', 1);
  queue.enter('x', 'B', 1);
  expect(queue.abandon()).toEqual(['B']);
  let drained = false;
  const draining = queue.drained().then(() => {
    drained = true;
  });
  await Promise.resolve();
  expect(drained).toBe(false);
  await end('A');
  await draining;
  expect(begun).toEqual(['A']);
});

test('whoever wants to know is told of each item that is done', async () => {
  const { queue, end } = open();
  let told = 0;
  queue.onSettled(() => {
    told += 1;
  });
  queue.enter('x', 'A', 1);
  queue.enter('y', 'B', 1);
  await end('A');
  await end('B');
  expect(told).toBe(2);
});

test('what waits under one key is taken together, as far as its number and its size allow', async () => {
  const begun: string[][] = [];
  const ends: (() => void)[] = [];
  const queue = createKeyedQueue<string>(
    (items) => {
      begun.push([...items]);
      return new Promise<void>((resolve) => ends.push(resolve));
    },
    { items: 3, bytes: 10 },
  );
  const end = async () => {
    ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  for (const [item, bytes] of [
    ['a', 1],
    ['b', 1],
    ['c', 1],
    ['d', 1],
    ['e', 1],
    ['f', 9],
    ['g', 20],
    ['h', 1],
  ] as const) {
    queue.enter('x', item, bytes);
  }
  for (let round = 0; round < 5; round += 1) await end();
  expect(begun).toEqual([['a'], ['b', 'c', 'd'], ['e', 'f'], ['g'], ['h']]);
  expect([queue.held, queue.heldBytes]).toEqual([0, 0]);
});

test('what waits behind more of its own key than is taken together is counted apart, until its turn comes', async () => {
  const { queue, end } = open();
  const apart = ['A', 'B', 'C', 'D'].map((item, index) => queue.enter('x', item, 2 ** index));
  apart.push(queue.enter('y', 'E', 16));
  expect(apart).toEqual([false, false, true, true, false]);
  expect([queue.held, queue.heldBytes, queue.behind]).toEqual([5, 31, { items: 2, bytes: 12 }]);
  await end('A');
  await end('B');
  expect([queue.held, queue.heldBytes, queue.behind]).toEqual([3, 28, { items: 1, bytes: 8 }]);
  expect(queue.abandon()).toEqual(['D']);
  expect(queue.behind).toEqual({ items: 0, bytes: 0 });
});

test('what is set aside, and what comes behind it, does not count as near until it is done', async () => {
  const { queue, end } = open();
  queue.enter('x', 'A', 1);
  queue.enter('x', 'B', 2);
  queue.setAside('x');
  expect(queue.enter('x', 'C', 4)).toBe(true);
  expect(queue.enter('y', 'D', 8)).toBe(false);
  expect([queue.held, queue.behind]).toEqual([4, { items: 3, bytes: 7 }]);
  await end('A');
  await end('B');
  expect(queue.enter('x', 'E', 16)).toBe(false);
  await end('C');
  expect([queue.held, queue.behind]).toEqual([2, { items: 0, bytes: 0 }]);
});
