import { expect, test } from 'vitest';
import { createBacklog } from '../../../src/pipeline/due/backlog.ts';

function open(atOnce: number) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const backlog = createBacklog<string>(atOnce, (item) => {
    begun.push(item);
    return new Promise<void>((resolve) => ends.set(item, resolve));
  });
  const end = async (item: string) => {
    ends.get(item)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { backlog, begun, end };
}

test('no more is under way than is allowed, and all of it is done in the end', async () => {
  const { backlog, begun, end } = open(2);
  for (const item of ['a', 'b', 'c', 'd']) backlog.set(item, item);
  expect(begun).toEqual(['a', 'b']);
  await end('a');
  expect(begun).toHaveLength(3);
  await end('b');
  expect([...begun].sort()).toEqual(['a', 'b', 'c', 'd']);
});

test('what was called off before it began is not done', async () => {
  const { backlog, begun, end } = open(1);
  for (const item of ['a', 'b', 'c']) backlog.set(item, item);
  backlog.delete('b');
  await end('a');
  await end('c');
  expect(begun).toEqual(['a', 'c']);
});

test('what waits under a key is replaced, not doubled', async () => {
  const { backlog, begun, end } = open(1);
  backlog.set('a', 'a');
  backlog.set('b', 'old');
  backlog.set('b', 'new');
  await end('a');
  await end('new');
  expect(begun).toEqual(['a', 'new']);
});

test('stopping waits for what is under way, and begins nothing more', async () => {
  const { backlog, begun, end } = open(1);
  backlog.set('a', 'a');
  backlog.set('b', 'b');
  const stopped = backlog.stop();
  await end('a');
  await stopped;
  expect(begun).toEqual(['a']);
});
