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
  for (const item of ['a', 'b', 'c', 'd']) backlog.set(item, item, 'all');
  expect(begun).toEqual(['a', 'b']);
  await end('a');
  expect(begun).toHaveLength(3);
  await end('b');
  expect([...begun].sort()).toEqual(['a', 'b', 'c', 'd']);
});

test('what was called off before it began is not done', async () => {
  const { backlog, begun, end } = open(1);
  for (const item of ['a', 'b', 'c']) backlog.set(item, item, 'all');
  backlog.delete('b');
  await end('a');
  await end('c');
  expect(begun).toEqual(['a', 'c']);
});

test('what waits under a key is replaced, not doubled', async () => {
  const { backlog, begun, end } = open(1);
  backlog.set('a', 'a', 'all');
  backlog.set('b', 'old', 'all');
  backlog.set('b', 'new', 'all');
  await end('a');
  await end('new');
  expect(begun).toEqual(['a', 'new']);
});

test('stopping waits for what is under way, and begins nothing more', async () => {
  const { backlog, begun, end } = open(1);
  backlog.set('a', 'a', 'all');
  backlog.set('b', 'b', 'all');
  const stopped = backlog.stop();
  await end('a');
  await stopped;
  expect(begun).toEqual(['a']);
});

test('shares take turns: what waits of one of them in its hundreds does not hold up what another one brings later', async () => {
  const { backlog, begun, end } = open(1);
  for (let number = 0; number < 300; number += 1) backlog.set(`flood ${number}`, `flood ${number}`, 'flood');
  for (const item of ['o1', 'o2', 'o3']) backlog.set(item, item, 'other');
  backlog.set('third', 'third', 'third');
  for (let ended = 0; ended < 7; ended += 1) await end(begun.at(-1) as string);
  const shares = begun.map((item) => item.replace(/^o\d$/, 'other').replace(/ \d+$/, ''));
  expect(shares).toEqual(['flood', 'flood', 'other', 'third', 'flood', 'other', 'flood', 'other']);
});

test('what comes to be of another share while it waits is done once, in its new turn', async () => {
  const { backlog, begun, end } = open(1);
  for (const item of ['a', 'b', 'c']) backlog.set(item, item, 'unknown');
  backlog.set('c', 'c', 'known');
  for (const item of ['a', 'b', 'c']) await end(item);
  expect([...begun].sort()).toEqual(['a', 'b', 'c']);
});
