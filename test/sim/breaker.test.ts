import { expect, test } from 'vitest';
import { table } from '../../src/cli/terminal/table.ts';
import { HOUR, SECOND } from '../support/subscriptions.ts';
import { type Cost, costOf, STORIES } from './breaker.ts';

const HEADINGS = [
  'HALF A DAY OF 100 AGENTS',
  'DISPATCHED',
  'FINISHED',
  'LOST',
  'WASTED',
  'REFUSED',
  'FALSELY',
  'LONGEST BLOCK',
];
const row = (cost: Cost) => [
  cost.story,
  ...[cost.dispatched, cost.finished, cost.lost, cost.wasted, cost.refused, cost.falselyRefused].map(String),
  `${cost.longestBlockS.toFixed(0)} s`,
];

test('a forged line costs a few dispatches, a dead token some runs, and a flapping one is never refused for good', async () => {
  const asked = new Map<keyof typeof STORIES, Cost>();
  for (const name of Object.keys(STORIES) as (keyof typeof STORIES)[]) asked.set(name, await costOf(STORIES[name]));
  const unasked = [await costOf(STORIES.expired, false), await costOf(STORIES.flapping, false)];
  process.stdout.write(`\n${table(HEADINGS, [...asked.values(), ...unasked].map(row))}\n`);
  const of = (name: keyof typeof STORIES) => asked.get(name) as Cost;

  expect(of('healthy')).toMatchObject({ lost: 0, wasted: 0, falselyRefused: 0 });
  // The next success closes it: 20 s apart, some of 30 runs.
  expect(of('forged').falselyRefused).toBeLessThanOrEqual(3);
  // One run goes through after a minute, and the model's answer closes it.
  expect(of('forgedFirst').falselyRefused).toBeLessThanOrEqual(4);
  for (const name of ['expired', 'healed'] as const) {
    expect(of(name).wasted).toBeLessThanOrEqual(16);
    expect(of(name).lost).toBeLessThanOrEqual(40);
  }
  // Two agents agreed, so the next trial comes an hour later: 180 dispatches, and the length of its run.
  expect(of('blip').falselyRefused).toBeLessThanOrEqual(225);
  expect(of('healed').longestBlockS).toBeLessThanOrEqual(HOUR / SECOND);
  expect(of('flapping').longestBlockS).toBeLessThanOrEqual(HOUR / SECOND);
  for (const name of ['flapping', 'inStep'] as const) expect(of(name).wasted).toBeLessThanOrEqual(40);
});
