import { expect, test } from 'vitest';
import { createTurns, type Giving } from '../../../src/pipeline/output/turns.ts';

function* work(name: string, pauses: number, done: string[]): Giving<string> {
  for (let pause = 0; pause < pauses; pause += 1) {
    done.push(`${name}${pause}`);
    yield;
  }
  return name;
}

test('work that never gives way is done at once', () => {
  expect(createTurns().take(work('a', 0, []))).toBe('a');
});

test('work that gives way is done in turns, one at a time, and others get theirs between two of them', async () => {
  const turns = createTurns();
  const done: string[] = [];
  const both = Promise.all([turns.take(work('a', 3, done)), turns.take(work('b', 2, done))]);
  expect(done).toEqual(['a0', 'b0']);
  const outside = new Promise<void>((resolve) =>
    setImmediate(() => {
      done.push('outside');
      resolve();
    }),
  );
  expect(await both).toEqual(['a', 'b']);
  await outside;
  expect(done).toEqual(['a0', 'b0', 'a1', 'outside', 'b1', 'a2']);
});

test('work that fails fails where it was given, and leaves the turns to others', async () => {
  const turns = createTurns();
  const bad = function* (): Giving<string> {
    yield;
    throw new RangeError('bad');
  };
  const failing = turns.take(bad());
  const other = turns.take(work('b', 1, []));
  await expect(failing).rejects.toThrow('bad');
  expect(await other).toBe('b');
});
