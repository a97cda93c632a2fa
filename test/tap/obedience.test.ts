import { describe, expect, it } from 'vitest';
import { judgeOrder } from '../../src/tap/judge-order.ts';
import { createObedience } from '../../src/tap/obedience.ts';
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
    expect(judgeOrder(order(other), run, nowMs)).toBe(expected);
  });
});

function setUp(end: () => Promise<boolean> = async () => true) {
  const link = createRecordingLink();
  const state = { finished: false, ended: 0 };
  const obedience = createObedience({
    run,
    link,
    clock: createTapClock(nowMs),
    isFinished: () => state.finished,
    async end() {
      state.ended++;
      return end();
    },
  });
  return { link, obedience, state, outcomes: () => link.acks.map((ack) => ack.outcome) };
}

describe('obedience', () => {
  it('carries an order out once and answers once, however often it comes', async () => {
    const { obedience, state, link } = setUp();
    for (let i = 0; i < 3; i++) obedience.receive(order());
    await obedience.done;
    obedience.receive(order());
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
    expect(obedience.obeyed).toEqual(order());
  });

  it('answers an order that came too late', () => {
    const { obedience, state, outcomes } = setUp();
    state.finished = true;
    obedience.receive(order());
    expect([outcomes(), state.ended, obedience.obeyed]).toEqual([['already_finished'], 0, undefined]);
  });

  it('does nothing but answer when an order is not for this run, or not any more', () => {
    const { obedience, state, outcomes } = setUp();
    obedience.receive(order({ command_id: '1', attempt: 1 }));
    obedience.receive(order({ command_id: '2', agent: 'b' }));
    obedience.receive(order({ command_id: '3', expires_at: '2025-01-01T00:00:00.000Z' }));
    expect([outcomes(), state.ended]).toEqual([['superseded', 'refused', 'expired'], 0]);
  });

  it('leaves an order unanswered when something would not die', async () => {
    const { obedience, outcomes } = setUp(async () => false);
    obedience.receive(order());
    await obedience.done;
    expect(outcomes()).toEqual([]);
  });
});
