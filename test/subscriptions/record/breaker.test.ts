import { describe, expect, test } from 'vitest';
import type { TokenState } from '../../../src/contracts/subscription.ts';
import {
  ASK_AGAIN_MS,
  bindTrial,
  breakerAt,
  clear,
  type Detection,
  endTrial,
  grantTrial,
  recordRefusal,
  recordSuccess,
  TRIAL_MS,
  takeTrialBack,
  trialAt,
  UNSTARTED_MS,
} from '../../../src/subscriptions/record/breaker.ts';
import { newToken } from '../../../src/subscriptions/record/new-record.ts';
import { DAY, HOUR, MINUTE, SECOND, T0 } from '../../support/subscriptions.ts';

const detection = (atMs: number, agent = 'a1', over: Partial<Detection> = {}): Detection => ({
  category: 'auth.token_expired',
  reason: 'expired',
  evidence: [],
  observedMs: atMs,
  held: { untilMs: null, source: null },
  by: `run ${agent}.e1.1`,
  witness: agent,
  ...over,
});
const refused = (token: TokenState, atMs: number, agent = 'a1'): TokenState =>
  recordRefusal(token, detection(atMs, agent), atMs);
const fresh = (): TokenState => newToken('print', T0 - DAY);

/** A fleet that asks before each run, and what a stretch of time costs it: runs that failed, and how long all were refused. */
function costOf(forMs: number, agents: readonly string[], token: TokenState, failsUntil: number) {
  let state = token;
  let failed = 0;
  let asked = 0;
  for (let atMs = T0; atMs < T0 + forMs; atMs += 10 * SECOND) {
    const agent = agents[asked % agents.length] as string;
    asked += 1;
    const trial = breakerAt(state.breaker, atMs) === 'closed' ? state : grantTrial(state, agent, atMs);
    if (!trial) continue;
    state = bindTrial(trial, agent, `${agent}.e.1`, atMs);
    if (atMs < failsUntil) {
      failed += 1;
      state = refused(state, atMs + SECOND, agent);
    } else {
      const success = { startedMs: atMs, atMs: atMs + SECOND, by: 'run', run: `${agent}.e.1` };
      state = recordSuccess(state, success, atMs + SECOND);
      const isClosed = state.breaker.state === 'closed';
      return { failed, closedAfterMs: isClosed ? atMs + SECOND - T0 : Number.POSITIVE_INFINITY };
    }
  }
  return { failed, closedAfterMs: Number.POSITIVE_INFINITY };
}

describe("one agent's word", () => {
  test('refuses at once, and lets one run try after a minute', () => {
    const open = refused(fresh(), T0);
    expect(breakerAt(open.breaker, T0)).toBe('open');
    expect(breakerAt(open.breaker, T0 + MINUTE - 1)).toBe('open');
    expect(breakerAt(open.breaker, T0 + MINUTE)).toBe('half_open');
  });

  test('holds for longer each time a trial of its own fails, and for a quarter of an hour at most', () => {
    let token = refused(fresh(), T0);
    const delays: number[] = [];
    let atMs = T0;
    for (let round = 0; round < 7; round += 1) {
      const openMs = Date.parse(token.breaker.trial_at ?? '') - atMs;
      delays.push(openMs / MINUTE);
      atMs += openMs;
      token = refused(token, atMs);
    }
    expect(delays).toEqual([1, 2, 4, 8, 15, 15, 15]);
  });

  test('that names a reset weeks away is tried just as soon', () => {
    const held = { untilMs: T0 + 30 * DAY, source: 'told' as const };
    const open = recordRefusal(fresh(), detection(T0, 'a1', { category: 'quota.usage_limit', held }), T0);
    expect(breakerAt(open.breaker, T0 + MINUTE)).toBe('half_open');
    expect(open.breaker.until).toBe(new Date(T0 + 30 * DAY).toISOString());
  });

  test('is put off further by a trial that ended without proving anything', () => {
    const open = refused(fresh(), T0);
    const trial = bindTrial(grantTrial(open, 'a2', T0 + MINUTE) as TokenState, 'a2', 'a2.e.1', T0 + MINUTE);
    const ended = endTrial(trial, 'a2.e.1', T0 + 2 * MINUTE);
    expect(breakerAt(ended.breaker, T0 + 3 * MINUTE)).toBe('open');
    expect(breakerAt(ended.breaker, T0 + 4 * MINUTE)).toBe('half_open');
  });
});

describe('a second agent that agrees, or a probe,', () => {
  test.each(['a2', 'probe'])('makes it an hour (%s)', (witness) => {
    const agreed = refused(refused(fresh(), T0), T0 + 10 * SECOND, witness);
    expect(breakerAt(agreed.breaker, T0 + 59 * MINUTE)).toBe('open');
    expect(breakerAt(agreed.breaker, T0 + 10 * SECOND + HOUR)).toBe('half_open');
  });

  test('is not another run of the same agent', () => {
    const again = refused(refused(fresh(), T0), T0 + 10 * SECOND);
    expect(breakerAt(again.breaker, T0 + 2 * MINUTE)).toBe('half_open');
  });
});

describe('a trial', () => {
  const held = { untilMs: T0 + HOUR, source: 'told' as const };
  const spent = (agent: string) => detection(T0, agent, { category: 'quota.usage_limit', held });
  const limited = () => recordRefusal(recordRefusal(fresh(), spent('a1'), T0), spent('a2'), T0);
  const [before, after] = [T0 + HOUR - 1, T0 + HOUR];
  const granted = (agent = 'a1') => grantTrial(limited(), agent, after) as TokenState;

  test('is there from its time on, without being written', () => {
    expect(breakerAt(limited().breaker, before)).toBe('open');
    expect(breakerAt(limited().breaker, after)).toBe('half_open');
  });

  test('goes to one agent', () => {
    expect(grantTrial(limited(), 'a1', before)).toBeUndefined();
    expect(granted().breaker).toMatchObject({ state: 'half_open', trial: { agent: 'a1', run: null } });
    expect(grantTrial(granted(), 'a2', after)).toBeUndefined();
    expect(grantTrial(fresh(), 'a1', after)).toBeUndefined();
  });

  test('goes to another when it has shown nothing for five minutes, counted anew from the start of its run', () => {
    expect(trialAt(granted().breaker, after + TRIAL_MS - 1)).not.toBeNull();
    expect(trialAt(granted().breaker, after + TRIAL_MS)).toBeNull();
    const bound = bindTrial(granted(), 'a1', 'a1.e.1', after + MINUTE);
    expect(trialAt(bound.breaker, after + MINUTE + TRIAL_MS - 1)?.run).toBe('a1.e.1');
  });

  test('that no run has come of goes to its agent again, which may not have heard of it, and to others after a minute', () => {
    const again = (agent: string, ms: number) => grantTrial(granted(), agent, after + ms)?.breaker.trial;
    expect(again('a1', ASK_AGAIN_MS - 1)).toBeUndefined();
    expect(again('a1', ASK_AGAIN_MS)).toMatchObject({ agent: 'a1', run: null });
    expect(again('a2', UNSTARTED_MS - 1)).toBeUndefined();
    expect(again('a2', UNSTARTED_MS)).toMatchObject({ agent: 'a2', run: null });
    const twice = grantTrial(granted(), 'a1', after + ASK_AGAIN_MS) as TokenState;
    expect(grantTrial(twice, 'a1', after + 2 * ASK_AGAIN_MS)).toBeUndefined();
    expect(grantTrial(twice, 'a1', after + ASK_AGAIN_MS + UNSTARTED_MS)).toBeDefined();
    const bound = bindTrial(granted(), 'a1', 'a1.e.1', after);
    expect(grantTrial(bound, 'a1', after + UNSTARTED_MS)).toBeUndefined();
    expect(grantTrial(bound, 'a2', after + UNSTARTED_MS)).toBeUndefined();
  });

  test('is taken back from its agent only, and not once its run has started', () => {
    expect(takeTrialBack(granted(), 'a1').breaker.trial).toBeNull();
    expect(takeTrialBack(granted(), 'a2')).toEqual(granted());
    const bound = bindTrial(granted(), 'a1', 'a1.e.1', after);
    expect(takeTrialBack(bound, 'a1')).toBe(bound);
  });

  test('is the first run of the agent that it was granted to', () => {
    expect(bindTrial(granted(), 'a2', 'a2.e.1', after)).toEqual(granted());
    const bound = bindTrial(granted(), 'a1', 'a1.e.1', after);
    expect(bindTrial(bound, 'a1', 'a1.e.2', after)).toBe(bound);
  });

  test('is ended by its own run only', () => {
    const bound = bindTrial(granted(), 'a1', 'a1.e.1', after);
    expect(endTrial(bound, 'a1.e.2', after)).toBe(bound);
    expect(endTrial(bound, 'a1.e.1', after).breaker).toMatchObject({ trial: null, tries: 1 });
  });
});

test("an operator's word takes back all that was observed so far", () => {
  const cleared = clear(refused(fresh(), T0), 'ann', T0 + MINUTE);
  expect(cleared).toMatchObject({ breaker: { state: 'closed' }, health: { state: 'unknown', by: 'ann' } });
  expect(refused(cleared, T0 + MINUTE)).toBe(cleared);
  expect(refused(cleared, T0 + MINUTE + 1).breaker.state).toBe('open');
});

describe('a success', () => {
  test('of a run that was under way closes it at once', () => {
    const open = refused(refused(fresh(), T0), T0, 'a2');
    const success = { startedMs: T0 - HOUR, atMs: T0 + SECOND, by: 'run a3.e1.1', run: 'a3.e1.1' };
    expect(recordSuccess(open, success, T0 + SECOND).breaker).toMatchObject({ state: 'closed', witnesses: [] });
  });

  test.each([
    ['under way', T0 - HOUR],
    ['started at an unknown time', undefined],
  ])('of a run %s outlives all evidence from before it, whoever saw it and whenever it is read', (_what, startedMs) => {
    const success = { startedMs, atMs: T0 + 10 * SECOND, by: 'run a3.e1.1', run: 'a3.e1.1' };
    const open = refused(refused(fresh(), T0), T0 + 5 * SECOND, 'a2');
    for (const before of [open, fresh()]) {
      const closed = recordSuccess(before, success, T0 + 11 * SECOND);
      const again = (atMs: number) => recordRefusal(closed, detection(atMs, 'a2'), T0 + MINUTE);
      expect(again(T0 + 5 * SECOND)).toBe(closed);
      expect(again(T0 + 10 * SECOND + 1).breaker.state).toBe('open');
    }
  });
});

describe('evidence counts by when it was seen, not by when it is read', () => {
  const success = (atMs: number) => ({ startedMs: T0 - MINUTE, atMs, by: 'run a3.e1.1', run: 'a3.e1.1' });
  const again = (agent: string) => refused(refused(fresh(), T0), T0 + 20 * SECOND, agent);

  test.each(['a1', 'a2'])(
    'a success between two refusals, read last, closes nothing: the second one is of %s',
    (agent) => {
      const read = recordSuccess(again(agent), success(T0 + 10 * SECOND), T0 + 30 * SECOND);
      expect(breakerAt(read.breaker, T0 + 30 * SECOND)).toBe('open');
    },
  );

  test('a success after both closes', () => {
    expect(recordSuccess(again('a2'), success(T0 + 25 * SECOND), T0 + 30 * SECOND).breaker.state).toBe('closed');
  });

  test('a refusal that is older than a success that was heard of opens nothing, a newer one does', () => {
    const closed = recordSuccess(fresh(), success(T0), T0);
    const heard = (atMs: number) => detection(atMs, 'a2', { succeededMs: T0 + 20 * SECOND });
    expect(recordRefusal(closed, heard(T0 + 10 * SECOND), T0 + 30 * SECOND)).toBe(closed);
    expect(recordRefusal(closed, heard(T0 + 25 * SECOND), T0 + 30 * SECOND).breaker.state).toBe('open');
  });
});

describe('what a refusal costs a fleet of a hundred agents that ask every ten seconds', () => {
  const agents = Array.from({ length: 100 }, (_, index) => `a${index}`);

  test('one forged line: refused for a minute, no run lost', () => {
    expect(costOf(DAY, agents, refused(fresh(), T0, 'forger'), T0)).toEqual({ failed: 0, closedAfterMs: 61 * SECOND });
  });

  test('a real expiry: a trial an hour in the end', () => {
    const cost = costOf(DAY, agents, refused(fresh(), T0), T0 + DAY);
    expect(cost.failed).toBeGreaterThan(20);
    expect(cost.failed).toBeLessThanOrEqual(28);
  });

  test('a token that works again is found out within the hour', () => {
    const cost = costOf(DAY, agents, refused(fresh(), T0), T0 + 90 * MINUTE);
    expect(cost.failed).toBeLessThanOrEqual(6);
    expect(cost.closedAfterMs).toBeLessThanOrEqual(151 * MINUTE);
  });
});
