import { describe, expect, test } from 'vitest';
import type { Run } from '../../../src/contracts/run.ts';
import { shippedRules } from '../../support/shipped-rules.ts';
import { fleet, useMemoryFleet } from '../../support/use-memory-fleet.ts';

const { ruleSet: rules } = await shippedRules();

const run: Run = { agent: 'a1', execution: 'e1', attempt: 1 };
const RETRY = 'ERROR: Reconnecting... 1/5';
const HEADER = ['OpenAI Codex v0.171.0', '--------', 'model: gpt-5.5', '--------', 'user', 'Say done'];
const ANSWER = ['codex', 'All done: the tests pass.', 'tokens used', '1,240'];

useMemoryFleet(rules);

/** What stands of a Codex run in plain text that has printed these lines, a message each, and has exited. */
async function standing(code: number, ...messages: (readonly string[])[]): Promise<string[]> {
  await fleet.start(run, { runtime: 'codex' });
  for (const lines of messages) await fleet.say(run, lines, 'stderr', 'codex');
  await fleet.exit(run, code);
  return left();
}

/** What stands a minute later. */
async function left(): Promise<string[]> {
  await fleet.clock.advance(60_000);
  const last = new Map(fleet.publisher.records().map((record) => [record.record_id, record]));
  return [...last.values()].filter(({ disposition }) => disposition !== 'suppressed').map(({ category }) => category);
}

test('an attempt that failed is taken back where the run answers after it and exits with 0', async () => {
  expect(await standing(0, [...HEADER, RETRY], ANSWER)).toEqual([]);
});

test('also where it is all in one message', async () => {
  expect(await standing(0, [...HEADER, RETRY, ...ANSWER])).toEqual([]);
});

const GRUMBLE =
  '2026-11-28T17:24:08.334850Z ERROR codex_core::session: failed to record rollout items: thread t1 not found';

test('what a client logs at its end is taken back too, and hides no answer before it', async () => {
  expect(await standing(0, [...HEADER, RETRY], ANSWER, [GRUMBLE])).toEqual([]);
});

test.each([
  ['the run exits with 1', 1, [...HEADER, RETRY], ANSWER],
  ['nothing came after it', 0, [...HEADER, RETRY], []],
  ['only another attempt came after it', 0, [...HEADER, RETRY], ['ERROR: Reconnecting... 2/5']],
  ['only what no model writes came after it', 0, [...HEADER, RETRY], ['tokens used', '30']],
  [
    'the run gave up after it',
    0,
    [...HEADER, RETRY],
    ['ERROR: stream disconnected before completion: error sending request'],
  ],
] as const)('it stands where %s', async (_what, code, before, after) => {
  expect(await standing(code, before, after)).toContain('network.connection');
});

describe('where the exit is heard before the last lines are read', () => {
  const lines = [...HEADER, RETRY];
  const later = (messages: readonly (readonly string[])[]) => async () => {
    await fleet.start(run, { runtime: 'codex' });
    const read = messages.map((one) => fleet.print(run, one, 'stderr', 'codex'));
    await fleet.exit(run, 0);
    for (const now of read) await now();
  };

  test.each([
    ['all that was printed is there to be read', later([lines, ANSWER])],
    ['it is one message', later([[...lines, ...ANSWER]])],
  ])('it is taken back all the same: %s', async (_what, happen) => {
    await happen();
    expect(await left()).toEqual([]);
  });

  test('also where the answer is not even stored by then', async () => {
    await fleet.start(run, { runtime: 'codex' });
    await fleet.say(run, lines, 'stderr', 'codex');
    await fleet.exit(run, 0);
    await fleet.clock.advance(100);
    await fleet.say(run, ANSWER, 'stderr', 'codex');
    expect(await left()).toEqual([]);
  });

  test('it stands where no answer comes', async () => {
    await later([lines])();
    expect(await left()).toEqual(['network.connection']);
  });
});

test('what a client grumbles about after its result leaves no record', async () => {
  await fleet.start(run, { runtime: 'codex', format: 'structured' });
  const events = [{ type: 'thread.started', thread_id: 't1' }, { type: 'turn.started' }, { type: 'turn.completed' }];
  await fleet.say(
    run,
    events.map((event) => JSON.stringify(event)),
    'stdout',
    'codex',
  );
  await fleet.say(run, [GRUMBLE], 'stderr', 'codex');
  await fleet.exit(run, 0);
  await fleet.clock.advance(60_000);
  expect(fleet.publisher.records()).toEqual([]);
});
