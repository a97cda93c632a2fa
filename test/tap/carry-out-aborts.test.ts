import { describe, expect, it } from 'vitest';
import { createAbortExecutor, type Ending } from '../../src/tap/carry-out-aborts.ts';
import { checkAbort } from '../../src/tap/judge-order.ts';
import type { AbortOrder } from '../../src/tap/tap-link.ts';
import { createRecordingLink, orderFor } from '../support/recording-link.ts';
import { createTapClock } from '../support/tap-clock.ts';

const run = { agent: 'a', execution: 'e', attempt: 2 };
const nowMs = Date.UTC(2026, 0, 1);
const order = (other: Partial<AbortOrder> = {}) => orderFor(run, { expires_at: '2026-01-01T00:05:00.000Z', ...other });

describe('judging an order', () => {
  it.each<[string, Partial<AbortOrder>, string]>([
    ['for this attempt', {}, 'obey'],
    ['for this attempt, expiring with another offset', { expires_at: '2026-01-01T01:00:00.001+01:00' }, 'obey'],
    ['that has just expired', { expires_at: '2026-01-01T00:00:00.000Z' }, 'expired'],
    ['for an earlier attempt', { attempt: 1 }, 'superseded'],
    ['for a later attempt', { attempt: 3 }, 'refused'],
    ['for another execution', { execution: 'f' }, 'refused'],
    ['for another agent', { agent: 'b' }, 'refused'],
  ])('one %s', (_, other, expected) => {
    expect(checkAbort(order(other), run, nowMs)).toBe(expected);
  });
});

function setUp(end: () => Promise<Ending> = async () => 'ended') {
  const link = createRecordingLink();
  const state = { finished: false, ended: 0 };
  const abortExecutor = createAbortExecutor({
    run,
    link,
    clock: createTapClock(nowMs),
    isFinished: () => state.finished,
    async end() {
      state.ended++;
      return end();
    },
  });
  return { link, abortExecutor, state, outcomes: () => link.acks.map((ack) => ack.outcome) };
}

describe('abortExecutor', () => {
  it('carries an order out once and answers once, however often it comes', async () => {
    const { abortExecutor, state, link } = setUp();
    for (let i = 0; i < 3; i++) abortExecutor.receive(order());
    await abortExecutor.done;
    abortExecutor.receive(order());
    expect(state.ended).toBe(1);
    expect(link.acks).toEqual([
      {
        schema: 'knell.ack/v1',
        command_id: order().command_id,
        ...run,
        outcome: 'terminated',
        by: 'tap',
        at: '2026-01-01T00:00:00.000Z',
      },
    ]);
    expect(abortExecutor.obeyed).toEqual(order());
  });

  it('answers an order that came too late', () => {
    const { abortExecutor, state, outcomes } = setUp();
    state.finished = true;
    abortExecutor.receive(order());
    expect([outcomes(), state.ended, abortExecutor.obeyed]).toEqual([['already_finished'], 0, undefined]);
  });

  it('does nothing but answer when an order is not for this run, or not any more', () => {
    const { abortExecutor, state, outcomes } = setUp();
    abortExecutor.receive(order({ command_id: '1', attempt: 1 }));
    abortExecutor.receive(order({ command_id: '2', agent: 'b' }));
    abortExecutor.receive(order({ command_id: '3', expires_at: '2025-01-01T00:00:00.000Z' }));
    expect([outcomes(), state.ended]).toEqual([['superseded', 'refused', 'expired'], 0]);
  });

  it('leaves an order unanswered when something would not die', async () => {
    const { abortExecutor, outcomes } = setUp(async () => 'left');
    abortExecutor.receive(order());
    await abortExecutor.done;
    expect(outcomes()).toEqual([]);
  });

  it('says of an agent that was gone before it was told to end that it had finished', async () => {
    const { abortExecutor, outcomes } = setUp(async () => 'by_itself');
    abortExecutor.receive(order());
    await abortExecutor.done;
    expect([outcomes(), abortExecutor.obeyed]).toEqual([['already_finished'], undefined]);
  });
});
