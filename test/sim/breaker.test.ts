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
  // The next success closes it: 20 s apart, some of 30 runs. Without any, one run goes through after a minute, and the model's answer closes it.
  for (const name of ['forged', 'forgedFirst'] as const) expect(of(name).falselyRefused).toBeLessThanOrEqual(4);
  for (const name of ['expired', 'healed'] as const) {
    expect(of(name).wasted).toBeLessThanOrEqual(16);
    expect(of(name).lost).toBeLessThanOrEqual(40);
  }
  // All agents saw it, and still a trial comes a minute later, then after five.
  expect(of('blip').falselyRefused).toBeLessThanOrEqual(10);
  for (const name of ['healed', 'flapping', 'inStep'] as const) {
    expect(of(name).longestBlockS).toBeLessThanOrEqual(HOUR / SECOND);
  }
  // Runs of ten minutes on a token that works for ten hardly ever finish, whoever dispatches them.
  const [flapping, unaskedFlapping] = [of('flapping'), unasked[1] as Cost];
  expect(flapping.finished).toBeGreaterThan(unaskedFlapping.finished / 3);
  expect(flapping.wasted).toBeLessThan(unaskedFlapping.wasted / 5);
  expect(of('inStep').wasted).toBeLessThanOrEqual(60);
});
