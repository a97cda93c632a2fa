import { expect, test } from 'vitest';
import { createDueQueue } from '../../../src/pipeline/due/due-queue.ts';
import fc from '../../support/fast-check.ts';
import { createManualClock } from '../../support/manual-clock.ts';

test('keys come due in the order of their times, at their time', async () => {
  const clock = createManualClock(0);
  const heard: [string, number][] = [];
  const queue = createDueQueue<string>(clock, (value) => heard.push([value, clock.now()]));
  queue.set('b', 200, 'b');
  queue.set('a', 100, 'a');
  queue.set('c', 300, 'c');
  await clock.advance(250);
  expect(heard).toEqual([
    ['a', 100],
    ['b', 200],
  ]);
  await clock.advance(100);
  expect(heard.at(-1)).toEqual(['c', 300]);
  expect(queue.size).toBe(0);
});

test('a key that is set again moves, and one that is deleted never comes', async () => {
  const clock = createManualClock(0);
  const heard: string[] = [];
  const queue = createDueQueue<string>(clock, (value) => heard.push(value));
  queue.set('later', 100, 'early');
  queue.set('later', 500, 'late');
  queue.set('gone', 100, 'gone');
  queue.delete('gone');
  await clock.advance(200);
  expect(heard).toEqual([]);
  await clock.advance(400);
  expect(heard).toEqual(['late']);
});

test('what is set after it was stopped never comes: a failure of what was under way would be tried again for ever', async () => {
  const clock = createManualClock(0);
  const heard: string[] = [];
  const queue = createDueQueue<string>(clock, (value) => heard.push(value));
  queue.set('waits', 100, 'waits');
  queue.stop();
  queue.set('failed', 100, 'failed');
  await clock.advance(200);
  expect([heard, queue.size]).toEqual([[], 0]);
});

test('it says the same as a sorted list would', async () => {
  const step = fc.record({ key: fc.constantFrom(...'abcdefgh'), due: fc.option(fc.integer({ min: 1, max: 100 })) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const clock = createManualClock(0);
      const heard: string[] = [];
      const queue = createDueQueue<string>(clock, (value, due) => heard.push(`${due} ${value}`));
      const model = new Map<string, number>();
      for (const { key, due } of steps) {
        if (due === null) {
          model.delete(key);
          queue.delete(key);
        } else {
          model.set(key, due);
          queue.set(key, due, key);
        }
      }
      await clock.advance(200);
      const wanted = [...model].map(([key, due]) => `${due} ${key}`);
      expect([...heard].sort()).toEqual(wanted.sort());
      const times = heard.map((entry) => Number(entry.split(' ')[0]));
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }),
    { numRuns: 50 },
  );
});
