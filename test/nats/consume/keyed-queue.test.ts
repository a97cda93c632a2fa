import { expect, test } from 'vitest';
import { createKeyedQueue } from '../../../src/nats/consume/keyed-queue.ts';

/** Work that ends when it is told to; items in lower case are done at once. */
function open() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const queue = createKeyedQueue<string>((item) => {
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
