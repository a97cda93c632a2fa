import { expect, test } from 'vitest';
import { createLatestOnly } from '../../../src/subscriptions/learn/latest-only.ts';

/** Work that ends when the test says so. Higher numbers supersede lower ones. */
function start() {
  const done: number[] = [];
  const open: { end: () => void; fail: () => void }[] = [];
  const apply = createLatestOnly<number>(
    (item, waiting) => item >= waiting,
    async (item) => {
      await new Promise<void>((end, reject) => open.push({ end, fail: () => reject(new Error('failed')) }));
      done.push(item);
    },
  );
  const settle = async () => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  /** Ends what has been under way for longest. */
  const next = async (how: 'end' | 'fail' = 'end') => {
    open.shift()?.[how]();
    await settle();
  };
  return { apply, done, next, underWay: () => open.length };
}

test('of what comes while one is worked on only the last is kept', async () => {
  const { apply, done, next, underWay } = start();
  const first = apply('key', 1);
  for (const item of [2, 3, 4]) void apply('key', item);
  expect(underWay()).toBe(1);
  await next();
  await next();
  await first;
  expect([done, underWay()]).toEqual([[1, 4], 0]);
});

test('what comes late does not take the place of what is newer', async () => {
  const { apply, done, next } = start();
  void apply('key', 1);
  for (const item of [5, 4]) void apply('key', item);
  await next();
  await next();
  expect(done).toEqual([1, 5]);
});

test('keys do not wait for each other', async () => {
  const { apply, done, next, underWay } = start();
  void apply('a', 1);
  void apply('b', 2);
  expect(underWay()).toBe(2);
  await next();
  await next();
  expect(done).toEqual([1, 2]);
});

test('work that fails rejects for its caller, and what comes after it is still done', async () => {
  const { apply, done, next } = start();
  const failing = apply('key', 1);
  void apply('key', 2);
  const outcome = expect(failing).rejects.toThrow('failed');
  await next('fail');
  await outcome;
  void apply('key', 3);
  await next();
  expect(done).toEqual([3]);
});
