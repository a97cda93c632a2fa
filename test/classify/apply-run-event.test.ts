import { describe, expect, test } from 'vitest';
import { applyRunEvent } from '../../src/classify/apply-run-event.ts';
import type { Credential } from '../../src/contracts/evidence.ts';
import { endedAt, stateWith } from '../support/decisions.ts';
import { T0 } from '../support/messages.ts';
import { exited, started } from '../support/subscriptions.ts';

const RUN = { agent: 'a1', execution: 'e1', attempt: 1 };
/** Said by a host whose clock is wrong by years. */
const WRONG = '2031-01-01T00:00:00.000Z';

test("a start is taken in at the server's time, with what the host says of the run", () => {
  const event = started(RUN, { at: WRONG, runtime: 'Claude', format: 'text', pid: 7, timeout_s: 60 });
  expect(applyRunEvent(stateWith(), event, T0)).toMatchObject({
    started_ms: T0,
    runtime: 'claude-code',
    format: 'text',
    pid: 7,
    timeout_s: 60,
    credential: { kind: 'oauth', subscription: 'team-a', fingerprint: 'print-team-a' },
  });
});

test('a start that says little keeps what is known', () => {
  const known = stateWith({ runtime: 'codex', format: 'structured', pid: 7 });
  const { runtime: _, ...bare } = started(RUN);
  expect(applyRunEvent(known, bare, T0)).toMatchObject({ runtime: 'codex', format: 'structured', pid: 7 });
});

test("an exit is taken in at the server's time; what the host does not say is null", () => {
  expect(applyRunEvent(stateWith(), { ...exited(RUN, 3), at: WRONG }, T0).exited).toEqual({
    at_ms: T0,
    code: 3,
    signal: null,
  });
  const { code: _, signal: __, ...bare } = exited(RUN);
  expect(applyRunEvent(stateWith(), bare, T0).exited).toEqual({ at_ms: T0, code: null, signal: null });
});

test('a heartbeat changes nothing', () => {
  const state = stateWith();
  const heartbeat = { schema: 'knell.run/v1', type: 'heartbeat', ...RUN, at: WRONG } as const;
  expect(applyRunEvent(state, heartbeat, T0)).toBe(state);
});

describe('a heartbeat that tells the start again', () => {
  const again = { runtime: 'Claude', goes_on: 'turns', subscription: 'team-a', ago_ms: 30_000 } as const;
  const beat = { schema: 'knell.run/v1', type: 'heartbeat', ...RUN, at: WRONG, started: again } as const;

  test('counts where no start is known, so long before it', () => {
    expect(applyRunEvent(stateWith(), beat, T0)).toMatchObject({
      started_ms: T0 - 30_000,
      runtime: 'claude-code',
      goes_on: 'turns',
      credential: { kind: 'unknown', subscription: 'team-a' },
    });
  });

  test('changes nothing of a start that is known, nor of a run that is over', () => {
    const known = applyRunEvent(stateWith(), started(RUN), T0 - 60_000);
    expect(applyRunEvent(known, beat, T0)).toBe(known);
    const over = stateWith({ exited: { at_ms: T0 - 1, code: 0, signal: null } });
    expect(applyRunEvent(over, beat, T0)).toBe(over);
  });

  test('tells what a start that is lost said, and is overruled by a later start', () => {
    const told = applyRunEvent(stateWith({ start_lost: true }), beat, T0);
    expect(told.start_lost).toBeUndefined();
    expect(applyRunEvent(told, started(RUN, { goes_on: 'commands' }), T0 + 1)).toMatchObject({
      started_ms: T0 + 1,
      goes_on: 'commands',
    });
  });
});

test('a heartbeat that says that the host ends the run is remembered, the first one', () => {
  const ending = { schema: 'knell.run/v1', type: 'heartbeat', ...RUN, at: WRONG, ending: true } as const;
  const told = applyRunEvent(stateWith(), ending, T0);
  expect(told.ending).toEqual({ at_ms: T0 });
  expect(applyRunEvent(told, ending, T0 + 1)).toBe(told);
});

describe('what the run itself said of its credential was read first, and stands:', () => {
  const startedWith = (known: Credential, host: Credential) =>
    applyRunEvent(
      stateWith({ credential: known }),
      started(RUN, { subscription: 'team-a', credential: { kind: host.kind, fingerprint: host.fingerprint } }),
      T0,
    ).credential;

  test('a run with a key of its own does not use the subscription that it was started with', () => {
    expect(startedWith({ kind: 'api_key' }, { kind: 'oauth', fingerprint: 'token' })).toEqual({ kind: 'api_key' });
  });

  test('a key that the host knows too gets its fingerprint', () => {
    expect(startedWith({ kind: 'api_key' }, { kind: 'api_key', fingerprint: 'key' })).toEqual({
      kind: 'api_key',
      subscription: 'team-a',
      fingerprint: 'key',
    });
  });

  test('a run that uses its subscription is completed by what the host says, and not contradicted', () => {
    const host: Credential = { kind: 'unknown', fingerprint: 'token' };
    expect(startedWith({ kind: 'oauth' }, host)).toEqual({
      kind: 'oauth',
      subscription: 'team-a',
      fingerprint: 'token',
    });
    expect(startedWith({ kind: 'oauth', fingerprint: 'its own' }, host)?.fingerprint).toBe('its own');
  });
});

test('a host that names no credential leaves its kind unknown', () => {
  const { credential: _, ...bare } = started(RUN);
  expect(applyRunEvent(stateWith(), bare, T0).credential).toEqual({ kind: 'unknown', subscription: 'team-a' });
});

describe('another process under the id of a run that was over', () => {
  const over = applyRunEvent(applyRunEvent(stateWith(), started(RUN, { pid: 7 }), T0), exited(RUN, 1), T0 + 1_000);

  test('belongs to no run: what is known of the first stands', () => {
    const again = applyRunEvent(over, started(RUN, { pid: 8, runtime: 'codex' }), T0 + 2_000);
    expect(again).toEqual({ ...over, used_again_ms: T0 + 2_000 });
    expect(applyRunEvent(again, exited(RUN, 0), T0 + 3_000)).toEqual(again);
    expect(applyRunEvent(again, started(RUN, { pid: 9 }), T0 + 4_000)).toEqual(again);
  });

  test("is none where the run's own start comes again, or its exit was not heard", () => {
    expect(applyRunEvent(over, started(RUN, { pid: 7 }), T0)).toEqual(over);
    const running = applyRunEvent(stateWith(), started(RUN, { pid: 7 }), T0);
    expect(applyRunEvent(running, started(RUN, { pid: 8 }), T0 + 1_000)).toMatchObject({
      pid: 8,
      started_ms: T0 + 1_000,
    });
  });

  test('is told from the run itself where its start is read before the exit of the run', () => {
    const running = applyRunEvent(stateWith(), started(RUN, { pid: 7 }), T0);
    const again = applyRunEvent(running, started(RUN, { pid: 8 }), T0 + 2_000);
    expect(applyRunEvent(again, exited(RUN, 1), T0 + 1_000)).toMatchObject({
      exited: { at_ms: T0 + 1_000, code: 1 },
      used_again_ms: T0 + 2_000,
    });
  });

  test.each([
    ['terminated', T0 + 2_000],
    ['already_finished', T0 + 2_000],
    ['refused', undefined],
  ] as const)('its host answered its command with %s', (outcome, usedAgainMs) => {
    const state = endedAt();
    const verdict = state.verdict && { ...state.verdict, acked: { outcome, by: 'tap', at_ms: T0 } };
    const next = applyRunEvent({ ...state, verdict }, started(RUN), T0 + 2_000);
    expect(next.used_again_ms).toBe(usedAgainMs);
  });
});

test('starts count by when they were stored: an older one says only what the newer one did not', () => {
  const host: Credential = { kind: 'unknown', fingerprint: 'token' };
  const older = started(RUN, { runtime: 'codex', format: 'text', goes_on: 'turns', subscription: 'team-a' });
  const { credential: _, ...newer } = started(RUN, { runtime: 'claude-code', pid: 8, subscription: 'team-b' });
  const events = [
    [{ ...older, credential: host }, T0],
    [newer, T0 + 1_000],
  ] as const;
  const take = (order: readonly (typeof events)[number][]) =>
    order.reduce((state, [event, atMs]) => applyRunEvent(state, event, atMs), stateWith());
  const known = { started_ms: T0 + 1_000, runtime: 'claude-code', format: 'text', goes_on: 'turns', pid: 8 };
  expect(take(events)).toMatchObject({ ...known, credential: { subscription: 'team-b' } });
  expect(take(events.toReversed())).toMatchObject({ ...known, credential: { subscription: 'team-b' } });
});

const NOTHING: Credential = { kind: 'unknown' };
test.each([
  ['names its subscription', { subscription: 'team-a' }, {}, { kind: 'unknown', subscription: 'team-a' }],
  ['names another one', { subscription: 'team-a' }, { subscription: 'team-b' }, { subscription: 'team-b' }],
  [
    'names its credential',
    { subscription: 'team-a', credential: { kind: 'oauth', fingerprint: 'one' } },
    {},
    { kind: 'oauth', subscription: 'team-a', fingerprint: 'one' },
  ],
  [
    'names another credential',
    { credential: { kind: 'api_key', fingerprint: 'one' } },
    { subscription: 'team-b', credential: { kind: 'oauth' } },
    { kind: 'oauth', subscription: 'team-b', fingerprint: 'one' },
  ],
] as const)(
  'of two starts, whichever is read first, what one alone names counts: one %s',
  (_, first, second, expected) => {
    const bare = { schema: 'knell.run/v1', type: 'started', ...RUN, at: WRONG } as const;
    const events = [
      [{ ...bare, ...first }, T0],
      [{ ...bare, ...second }, T0 + 1_000],
    ] as const;
    for (const told_at of [undefined, { seq: 1, row: 0 }]) {
      const own = told_at && { credential: { kind: 'oauth' } as const, told_at };
      const take = (order: readonly (typeof events)[number][]) =>
        order.reduce(
          (state, [event, atMs]) => applyRunEvent(state, event, atMs),
          stateWith({ credential: NOTHING, ...own }),
        ).credential;
      const known = take(events);
      expect(known).toMatchObject({ ...expected, ...(own && { kind: 'oauth' }) });
      expect(take(events.toReversed())).toEqual(known);
    }
  },
);
