import { expect, test } from 'vitest';
import { createLanes } from '../../src/nats/lanes.ts';

/** Work that ends when it is told to; items in lower case are done at once. */
function open() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const lanes = createLanes<string>((item) => {
    begun.push(item);
    if (item === item.toLowerCase()) return undefined;
    return new Promise<void>((resolve) => ends.set(item, resolve));
  });
  const end = async (item: string) => {
    ends.get(item)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { lanes, begun, end };
}

test('what is done at once leaves nothing behind', () => {
  const { lanes, begun } = open();
  lanes.enter('x', 'a', 5);
  expect([begun, lanes.held, lanes.heldBytes]).toEqual([['a'], 0, 0]);
});

test('what takes its time holds up its own key only, and all of it counts as held', async () => {
  const { lanes, begun, end } = open();
  lanes.enter('x', 'A', 1);
  lanes.enter('x', 'b', 2);
  lanes.enter('x', 'C', 4);
  lanes.enter('y', 'd', 8);
  expect([begun, lanes.held, lanes.heldBytes]).toEqual([['A', 'd'], 3, 7]);
  await end('A');
  expect([begun, lanes.held, lanes.heldBytes]).toEqual([['A', 'd', 'b', 'C'], 1, 4]);
  await end('C');
  expect([lanes.held, lanes.heldBytes]).toEqual([0, 0]);
});

test('abandoning takes out what has not begun, and drained waits for what has', async () => {
  const { lanes, begun, end } = open();
  lanes.enter('x', 'A', 1);
  lanes.enter('x', 'B', 1);
  expect(lanes.abandon()).toEqual(['B']);
  let drained = false;
  const draining = lanes.drained().then(() => {
    drained = true;
  });
  await Promise.resolve();
  expect(drained).toBe(false);
  await end('A');
  await draining;
  expect(begun).toEqual(['A']);
});

test('whoever wants to know is told of each item that is done', async () => {
  const { lanes, end } = open();
  let told = 0;
  lanes.onSettled(() => {
    told += 1;
  });
  lanes.enter('x', 'A', 1);
  lanes.enter('y', 'B', 1);
  await end('A');
  await end('B');
  expect(told).toBe(2);
});
