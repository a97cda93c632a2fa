import { expect, it } from 'vitest';
import { readOnce } from '../../../src/nats/store/read-once.ts';

it('reads an entry once, and anew when it was written anew', () => {
  const read: string[] = [];
  const once = readOnce((key, data) => {
    read.push(`${key} ${Buffer.from(data)}`);
    return { key };
  });
  const entry = { key: 'a', value: Buffer.from('1'), revision: 7 };
  expect(once(entry)).toBe(once(entry));
  once({ key: 'a', value: Buffer.from('2'), revision: 9 });
  once({ key: 'b', value: Buffer.from('3'), revision: 8 });
  expect(read).toEqual(['a 1', 'a 2', 'b 3']);
});

it('remembers the latest thousand', () => {
  let read = 0;
  const once = readOnce(() => {
    read += 1;
    return undefined;
  });
  const entry = (revision: number) => ({ key: 'a', value: Buffer.from(''), revision });
  for (let revision = 1; revision <= 1_001; revision += 1) once(entry(revision));
  once(entry(2));
  expect(read).toBe(1_001);
  once(entry(1));
  expect(read).toBe(1_002);
});

it('reads what stands under the same revision of a bucket that was made anew', () => {
  const once = readOnce((key, data) => `${key} ${Buffer.from(data)}`);
  expect(once({ key: 'a', value: Buffer.from('1'), revision: 7 })).toBe('a 1');
  expect(once({ key: 'a', value: Buffer.from('2'), revision: 7 })).toBe('a 2');
  expect(once({ key: 'b', value: Buffer.from('2'), revision: 7 })).toBe('b 2');
});
