import { expect, test } from 'vitest';
import { createAbortMeter, type Overrun } from '../../../src/classify/abort-budget.ts';
import type { Run } from '../../../src/contracts/run.ts';
import type { RunState } from '../../../src/contracts/run-state.ts';
import { lookAtOverrun } from '../../../src/pipeline/fleet/look-at-overrun.ts';
import { abortCommand } from '../../support/messages.ts';

const AT_MS = Date.parse('2026-11-28T12:00:00.000Z');
const few = { perMinute: 3, perHour: 1_000 };
const many = { perMinute: 9_999, perHour: 9_999 };

test('messages of others that arrive during the look take nothing into shadow', async () => {
  const meter = createAbortMeter({ rule: few, subscription: many, all: many });
  let sent = 0;
  const foreign = (): Overrun[] => {
    sent += 1;
    return meter.add(abortCommand({ agent: 'foreign', execution: `e${sent}`, attempt: 1 }), AT_MS);
  };
  const overrun = Array.from({ length: 4 }, foreign).flat()[0] as Overrun;
  // Each state that is read takes time, in which two more arrive.
  const store = {
    get: async () => {
      foreign();
      foreign();
      return undefined;
    },
  };
  const at = (nowMs: number) =>
    lookAtOverrun(overrun, { meter, store, successes: { lastMs: async () => undefined }, nowMs: () => nowMs });
  expect(await at(AT_MS + 100)).toEqual({ isOpen: true, outages: [] });
  // Their runs have no state after the grace either: they are forgotten, and so are those that came during the first look.
  store.get = async () => undefined;
  expect(await at(AT_MS + 6_000)).toEqual({ isOpen: false, outages: [] });
});

test.each<[string, readonly (readonly [agent: string, runs: number])[], string]>([
  ['one agent alone', [['a', 4]], 'claude-code/token-expired of a'],
  [
    'one agent, and a few of another',
    [
      ['a', 4],
      ['b', 2],
    ],
    'claude-code/token-expired of a',
  ],
  [
    'two agents alike',
    [
      ['a', 4],
      ['b', 4],
    ],
    'claude-code/token-expired',
  ],
  [
    'many agents',
    [
      ['a', 1],
      ['b', 1],
      ['c', 1],
      ['d', 1],
    ],
    'claude-code/token-expired',
  ],
])('what %s used up', async (_, agents, target) => {
  const meter = createAbortMeter({ rule: few, subscription: many, all: many });
  const commands = agents.flatMap(([agent, runs]) =>
    Array.from({ length: runs }, (_each, n) =>
      abortCommand({ agent, execution: `e${n}`, attempt: 1 }, { scope: 'run' }),
    ),
  );
  const [overrun] = commands.flatMap((command) => meter.add(command, AT_MS));
  const store = {
    get: async (run: Run) => {
      const state = { verdict: { command_id: abortCommand(run).command_id } } as unknown as RunState;
      return { state, revision: 1 };
    },
  };
  const look = await lookAtOverrun(overrun as Overrun, {
    meter,
    store,
    successes: { lastMs: async () => undefined },
    nowMs: () => AT_MS + 100,
  });
  expect(look.suspicious?.target).toBe(target);
  // Others are not held up by what is held back now.
  const next = meter.claim(abortCommand({ agent: 'z', execution: 'z', attempt: 1 }, { scope: 'run' }), AT_MS + 200);
  expect(next === undefined).toBe(target.includes(' of '));
});
