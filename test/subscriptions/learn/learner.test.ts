import { describe, expect, test } from 'vitest';
import type { SubscriptionRecord } from '../../../src/contracts/subscription.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import type { SubscriptionStore } from '../../../src/pipeline/ports/subscription-ports.ts';
import { createLearner } from '../../../src/subscriptions/learn/learner.ts';
import { grantTrial } from '../../../src/subscriptions/record/breaker.ts';
import {
  answered,
  dead,
  exited,
  HOUR,
  limited,
  MINUTE,
  manualClock,
  registryOf,
  silentSubscriptionTelemetry,
  started,
  subscription,
  succeeded,
  T0,
  TEAM_A,
  tokenFailure,
} from '../../support/subscriptions.ts';

const RUN = { agent: 'a1', execution: 'e9', attempt: 1 };
const NOW = T0 + HOUR;

/** A learner over a store in memory that counts its reads and writes. `fails`: how many reads fail first. */
async function learner(records: readonly SubscriptionRecord[] = [], fails = 0) {
  const { store: memory, view } = await registryOf(...records);
  const clock = manualClock(NOW);
  const counts = { reads: 0, writes: 0 };
  const events: string[] = [];
  let failing = fails;
  const store: SubscriptionStore = {
    ...memory,
    async get(holder) {
      counts.reads += 1;
      failing -= 1;
      if (failing >= 0) throw new Error('the store is away');
      return memory.get(holder);
    },
    put(record, revision) {
      counts.writes += 1;
      return memory.put(record, revision);
    },
  };
  const learn = createLearner({
    store,
    view,
    clock,
    telemetry: {
      ...silentSubscriptionTelemetry,
      recordChanged: ({ what }) => void events.push(`changed: ${what}`),
      evidenceRejected: ({ reason }) => void events.push(`rejected: ${reason}`),
      workRetried: ({ what }) => void events.push(`again: ${what}`),
    },
  });
  /** What becomes of a message. */
  async function settled(kind: 'failure' | 'run', value: unknown): Promise<string> {
    const outcomes: string[] = [];
    await learn[kind]({
      subject: 'the subject',
      data: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
      storedMs: NOW,
      ack: async () => void outcomes.push('ack'),
      retry: (delayMs) => void outcomes.push(`retry in ${delayMs} ms`),
      reject: () => void outcomes.push('reject'),
    });
    return outcomes.join(', ');
  }
  return { learn, settled, clock, counts, events, record: async () => (await memory.get(TEAM_A))?.record };
}

describe('a run event', () => {
  test('of a start brings in what is new, and is acknowledged', async () => {
    const { settled, record, events } = await learner();
    expect(await settled('run', started(RUN))).toBe('ack');
    expect(await record()).toMatchObject({ id: 'team-a', agents: ['a1'] });
    expect(events).toEqual(['changed: learned from a run']);
  });

  test('of a start that reports nothing new is neither looked up nor written', async () => {
    const { settled, counts } = await learner([subscription()]);
    expect(await settled('run', started(RUN))).toBe('ack');
    expect(counts).toEqual({ reads: 0, writes: 0 });
  });

  test('of an exit ends the trial that this run was, and costs nothing where it was none', async () => {
    const trial = grantTrial(limited(), 'a1', NOW);
    const { settled, record, counts } = await learner([{ ...limited(), ...trial }]);
    await settled('run', started(RUN));
    expect((await record())?.breaker.trial?.run).toBe('a1.e9.1');
    await settled('run', exited(RUN, 137));
    expect((await record())?.breaker.trial).toBeNull();
    const { reads } = counts;
    expect(await settled('run', exited({ ...RUN, execution: 'another' }))).toBe('ack');
    expect(counts.reads).toBe(reads);
  });

  test('that the model has answered closes the breaker where this run is the trial, and costs nothing where it is none', async () => {
    const trial = grantTrial(limited(), 'a1', NOW);
    const { settled, record, counts, events } = await learner([{ ...limited(), ...trial }]);
    await settled('run', started(RUN));
    const { answered: _, ...silent } = answered(RUN);
    await settled('run', silent);
    expect((await record())?.breaker.state).toBe('half_open');
    expect(await settled('run', answered(RUN))).toBe('ack');
    expect(await record()).toMatchObject({ breaker: { state: 'closed' }, health: { state: 'healthy' } });
    expect(events.at(-1)).toBe('changed: the breaker closed: the model has answered a run');
    const { reads } = counts;
    await settled('run', answered(RUN));
    await settled('run', answered({ ...RUN, execution: 'another' }));
    expect(counts.reads).toBe(reads);
  });

  test('of a heartbeat, or of a run on no known subscription, changes nothing', async () => {
    const { settled, counts } = await learner([subscription()]);
    expect(await settled('run', { schema: 'knell.run/v1', type: 'heartbeat', ...RUN, at: formatTime(T0) })).toBe('ack');
    const { subscription: _, ...bare } = started(RUN);
    expect(await settled('run', bare)).toBe('ack');
    expect(counts).toEqual({ reads: 0, writes: 0 });
  });
});

describe('a failure record', () => {
  test('against a token opens its breaker; delivered again it changes nothing', async () => {
    const { settled, record, counts, events } = await learner([subscription()]);
    expect(await settled('failure', tokenFailure())).toBe('ack');
    expect((await record())?.breaker.state).toBe('open');
    expect(await settled('failure', tokenFailure())).toBe('ack');
    expect([counts.writes, events]).toEqual([1, ['changed: the breaker opened: auth.token_expired']]);
  });

  test('that is not about a subscription is acknowledged and leaves no mark', async () => {
    const { settled, counts } = await learner([subscription()]);
    expect(await settled('failure', tokenFailure({}, { scope: 'run' }))).toBe('ack');
    expect(counts).toEqual({ reads: 0, writes: 0 });
  });
});

test.each([
  ['no JSON', '{', 'it: '],
  ['another shape', { schema: 'knell.failure/v1' }, 'record_id: '],
])('%s is rejected with the place where it does not fit: it would never fit', async (_what, value, reason) => {
  const { settled, events, counts } = await learner();
  expect(await settled('failure', value)).toBe('reject');
  expect(events).toEqual([expect.stringContaining(`rejected: ${reason}`)]);
  expect(counts).toEqual({ reads: 0, writes: 0 });
});

test('a message comes again in two seconds while the store is away', async () => {
  const { settled, record, events } = await learner([subscription()], 1);
  expect(await settled('failure', tokenFailure())).toBe('retry in 2000 ms');
  expect(events).toEqual(['again: the subject']);
  expect(await settled('failure', tokenFailure())).toBe('ack');
  expect((await record())?.breaker.state).toBe('open');
});

describe('a run that has reported its result', () => {
  const success = succeeded(RUN, T0 + MINUTE, T0 + 2 * MINUTE);

  test('closes the breaker of its token', async () => {
    const { learn, record, events } = await learner([dead()]);
    await learn.state(success);
    expect(await record()).toMatchObject({ breaker: { state: 'closed' }, health: { state: 'healthy' } });
    expect(events).toEqual(['changed: the breaker closed: a run succeeded']);
  });

  test('says nothing before it has, and brings in no subscription', async () => {
    const { learn, counts } = await learner([dead()]);
    const { succeeded: _, ...running } = success;
    await learn.state(running);
    expect(counts.reads).toBe(0);
    const empty = await learner();
    await empty.learn.state(success);
    expect([empty.counts.writes, empty.events, await empty.record()]).toEqual([0, [], undefined]);
  });

  test('is the last of many that are worked on, after the first, if it succeeded last, whenever it was started', async () => {
    const { learn, record, counts } = await learner([dead()]);
    const at = (minute: number) => succeeded({ ...RUN, attempt: minute }, T0 - minute * MINUTE, T0 + minute * MINUTE);
    await Promise.all([1, 9, 30, 20].map((minute) => learn.state(at(minute))));
    expect((await record())?.vouched_at).toBe(formatTime(T0 + 30 * MINUTE));
    expect(counts.writes).toBe(2);
  });

  test('opens nothing for what was refused before it and is read later, written or not', async () => {
    const { learn, settled, record, counts } = await learner([subscription()]);
    await learn.state(succeeded(RUN, T0 - MINUTE, T0));
    await learn.state(succeeded({ ...RUN, attempt: 2 }, T0 - MINUTE, T0 + 30_000));
    expect(counts.writes).toBe(1);
    await settled('failure', tokenFailure({ atMs: T0 + 10_000 }));
    expect((await record())?.breaker.state).toBe('closed');
    await settled('failure', tokenFailure({ atMs: T0 + 40_000 }));
    expect((await record())?.breaker.state).toBe('open');
  });

  test('closes nothing where its token was refused again after it, which was read before', async () => {
    const { learn, settled, record } = await learner([subscription()]);
    await settled('failure', tokenFailure({ atMs: T0 }));
    await settled('failure', tokenFailure({ atMs: T0 + 20_000 }));
    await learn.state(succeeded(RUN, T0 - MINUTE, T0 + 10_000));
    expect((await record())?.breaker.state).toBe('open');
    await learn.state(succeeded({ ...RUN, attempt: 2 }, T0 - MINUTE, T0 + 30_000));
    expect((await record())?.breaker.state).toBe('closed');
  });

  test('is tried again in two seconds while the store is away', async () => {
    const { learn, record, clock, events } = await learner([dead()], 1);
    await learn.state(success);
    expect([events, (await record())?.breaker.state]).toEqual([['again: success on team-a'], 'open']);
    clock.advance(2_000);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    expect((await record())?.breaker.state).toBe('closed');
  });
});
