import { describe, expect, test } from 'vitest';
import { commandId } from '../../src/classify/ids.ts';
import { DEFAULT_POLICY, type Policy } from '../../src/classify/policy.ts';
import {
  ENDED_BY_ITSELF,
  FIRST_OFFER_AGAIN_MS,
  heldAgainMs,
  MAX_SUSPICIONS,
  reachVerdict,
} from '../../src/classify/reach-verdict.ts';
import { RunState, type Suspicion } from '../../src/contracts/run-state.ts';
import { contextAt, detection, diagnosis, named, stateWith } from '../support/decisions.ts';
import { RUN, T0 } from '../support/messages.ts';

const suspicion = (rule_key: string): Suspicion => ({ ...detection({ rule_key }), clause: 0, due_ms: T0 });
const exited = { at_ms: T0, code: 1, signal: null };
const shadow = contextAt(T0, { policy: { ...DEFAULT_POLICY, mode: 'shadow' } });

describe('evidence that is good enough', () => {
  test('ends the run: a command and its record, and a state that awaits the answer', () => {
    const state = stateWith({ suspicions: [suspicion('test/other')] });
    const { state: after, effects } = reachVerdict(state, diagnosis(), contextAt());
    expect(named(effects)).toEqual(['abort auth.token_expired']);
    expect(effects).toMatchObject([{ record: { disposition: 'aborted', command_id: commandId(RUN) } }]);
    expect(after.suspicions).toEqual([]);
    expect(after.verdict).toMatchObject({
      command_id: commandId(RUN),
      expires_ms: T0 + DEFAULT_POLICY.commandTtlMs,
      next_offer_ms: T0 + FIRST_OFFER_AGAIN_MS,
      offered: 1,
    });
    expect(RunState.safeParse(after).success).toBe(true);
  });

  test('ends a run once: a second finding is only added to the first', () => {
    const once = reachVerdict(stateWith(), diagnosis(), contextAt()).state;
    const crash = diagnosis({ category: 'runtime.crash' }, { rule_key: 'test/crash' });
    const twice = reachVerdict(once, crash, contextAt());
    expect([twice.effects, twice.state.verdict?.category]).toEqual([[], 'auth.token_expired']);
  });
});

describe('there is a record and no command', () => {
  test('in shadow mode', () => {
    const { state, effects } = reachVerdict(stateWith(), diagnosis(), shadow);
    expect(named(effects)).toEqual(['would_abort auth.token_expired']);
    expect(effects).toMatchObject([{ record: { reason: 'shadow mode' } }]);
    expect(state.verdict).not.toHaveProperty('command_id');
  });

  test('for a run that has ended by itself, also in shadow mode', () => {
    for (const context of [contextAt(), shadow]) {
      const { state, effects } = reachVerdict(stateWith({ exited }), diagnosis(), context);
      expect(named(effects)).toEqual(['recorded auth.token_expired']);
      expect(effects).toMatchObject([{ record: { reason: ENDED_BY_ITSELF } }]);
      expect(state.verdict).not.toHaveProperty('command_id');
    }
  });

  test.each([
    ['behind the result', { seq: 4, row: 9 }, ['suppressed auth.token_expired']],
    ['in the very line of the result', { seq: 5, row: 0 }, ['abort auth.token_expired']],
    ['before the result', { seq: 5, row: 1 }, ['abort auth.token_expired']],
  ])('for a run that had succeeded, where the line stands %s: %s', (_where, position, expected) => {
    const state = stateWith({ succeeded: { at_ms: T0, position } });
    const outcome = reachVerdict(state, diagnosis(), contextAt());
    expect(named(outcome.effects)).toEqual(expected);
    expect(outcome.state.verdict === undefined).toBe(expected[0]?.startsWith('suppressed'));
  });

  test('for an experimental rule: once for a run, and it keeps no proven rule from ending it', () => {
    const trial = diagnosis({ status: 'experimental' });
    const first = reachVerdict(stateWith(), trial, contextAt());
    expect(named(first.effects)).toEqual(['would_abort auth.token_expired']);
    expect(first.state.suspicions).toEqual([]);
    expect(reachVerdict(first.state, trial, contextAt()).effects).toEqual([]);
    expect(named(reachVerdict(first.state, diagnosis(), contextAt()).effects)).toEqual(['abort auth.token_expired']);
  });
});

test('a finished log is read as if the run were still alive at its end', () => {
  const finished = contextAt(T0, { finished: true });
  expect(named(reachVerdict(stateWith({ exited }), diagnosis(), finished).effects)).toEqual([
    'abort auth.token_expired',
  ]);
});

describe('what a budget holds back', () => {
  const policy: Policy = { ...DEFAULT_POLICY, shadowed: { 'test/token-expired': 'too many' } };
  const held = contextAt(T0, { policy });

  test('is recorded once and kept, so that it is decided again', () => {
    const { state, effects } = reachVerdict(stateWith(), diagnosis(), held);
    expect(effects).toMatchObject([{ record: { disposition: 'would_abort', reason: 'too many' } }]);
    expect(state.suspicions).toMatchObject([{ rule_key: 'test/token-expired', held: true, due_ms: T0 + 5_000 }]);
    expect(reachVerdict(state, diagnosis(), held)).toEqual({ state, effects: [] });
  });

  test('takes the place of the suspicion that it came from', () => {
    const state = stateWith({ suspicions: [suspicion('test/token-expired'), suspicion('test/other')] });
    const after = reachVerdict(state, diagnosis(), held).state.suspicions;
    expect(after.map(({ rule_key: key, held: is }) => `${key} ${is === true}`)).toEqual([
      'test/other false',
      'test/token-expired true',
    ]);
  });

  test('finds room among many suspicions', () => {
    const suspicions = Array.from({ length: MAX_SUSPICIONS }, (_, at) => suspicion(`test/r${at}`));
    const after = reachVerdict(stateWith({ suspicions }), diagnosis(), held).state.suspicions;
    expect(after).toHaveLength(MAX_SUSPICIONS);
    expect(after.at(-1)).toMatchObject({ held: true });
  });

  test('is not kept for a run that has exited', () => {
    expect(reachVerdict(stateWith({ exited }), diagnosis(), held).state.suspicions).toEqual([]);
  });

  test.each([
    [0, 5_000],
    [10_000, 5_000],
    [40_000, 20_000],
    [120_000, 60_000],
    [3_600_000, 60_000],
  ])('after %i ms is looked at again in %i ms', (ageMs, againMs) => {
    expect(heldAgainMs(ageMs)).toBe(againMs);
  });
});
