import { expect, test } from 'vitest';
import { table } from '../../src/cli/terminal/table.ts';
import { partOf } from '../support/part-of.ts';
import { type Day, type Strategy, simulateDay } from './incident.ts';

const STRATEGIES: readonly Strategy[] = ['without knell', 'abort only', 'abort and preflight'];

function asTable(days: readonly Day[]): string {
  const headings = [
    'STRATEGY',
    'SCHEDULED',
    'FINISHED',
    'DOOMED',
    'SLOT HOURS LOST',
    'LONGEST WAIT',
    'REFUSED',
    'FALSELY',
    'MOVED',
  ];
  const rows = days.map((day) => [
    day.strategy,
    String(day.scheduled),
    String(day.finished),
    String(day.doomed),
    day.slotHoursLost.toFixed(2),
    `${day.longestWaitMin.toFixed(1)} min`,
    String(day.refused),
    String(day.falselyRefused),
    String(day.moved),
  ]);
  return table(headings, rows);
}

test('in a day with an expired token, aborting saves nearly all slots and preflight the executions, and nobody is refused falsely', async () => {
  const days = await Promise.all(STRATEGIES.map((strategy) => simulateDay(strategy)));
  process.stdout.write(`\nA day of 100 agents on 10 subscriptions, one execution each 20 s\n${asTable(days)}\n`);
  const [without, abort, preflight] = days as [Day, Day, Day];
  expect(without.scheduled).toBe(4_320);
  expect(abort.slotHoursLost).toBeLessThan(without.slotHoursLost / 5);
  expect(preflight.slotHoursLost).toBeLessThan(abort.slotHoursLost / 5);
  expect(preflight.doomed).toBeLessThan(abort.doomed / 10);
  expect(preflight.finished).toBeGreaterThan(abort.finished);
  expect(preflight.refused).toBeGreaterThan(100);
});

test.each(partOf([1, 2, 3, 4, 5], 3))('no day has a false refusal (seed %i)', async (seed) => {
  expect((await simulateDay('abort and preflight', seed)).falselyRefused).toBe(0);
});

test('the same seed gives the same day', async () => {
  expect(await simulateDay('abort and preflight', 7)).toEqual(await simulateDay('abort and preflight', 7));
});
