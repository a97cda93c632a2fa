import { describe, expect, test } from 'vitest';
import { nextDueMs, setExitCheck, setWatchTimes } from '../../src/classify/watch-times.ts';
import type { RunState } from '../../src/contracts/run-state.ts';
import type { CompiledStall } from '../../src/ruleset/rule-set.ts';
import { detection, endedAt, stateWith } from '../support/decisions.ts';
import { failureRecord, T0 } from '../support/messages.ts';

const STALL: CompiledStall = {
  pack: { id: 'stall', pack: 'claude-code', version: '1.0.0', digest: 'd' },
  warnMs: 120_000,
  soonestMs: 120_000,
  text: { warnMs: 120_000 },
  openTool: () => ({ warnMs: 120_000 }),
  completionMs: 60_000,
};
const exited = (code: number | null = 0, signal: string | null = null) => ({ at_ms: T0 + 30_000, code, signal });
const succeeded = { at_ms: T0 + 10_000, position: { seq: 2, row: 0 } };
const started = (over: Partial<RunState> = {}) => stateWith({ started_ms: T0, ...over });
const watched = (state: RunState, stall: CompiledStall | undefined = STALL) => setWatchTimes(state, stall, T0 + 5_000);
const acked = { outcome: 'terminated', by: 'tap', at_ms: T0 } as const;

describe('silence', () => {
  test('is looked at when it may first be warned about, counted from the start, or from now where none is known', () => {
    expect(watched(started()).stall).toEqual({ due_ms: T0 + 120_000 });
    expect(watched(stateWith()).stall).toEqual({ due_ms: T0 + 125_000 });
  });

  test('that is watched already keeps its time, and a runtime without limits has none', () => {
    const state = started({ stall: { due_ms: T0 + 1, warned_since_ms: T0 } });
    expect(watched(state).stall).toBe(state.stall);
    expect(setWatchTimes(started(), undefined, T0).stall).toBeUndefined();
  });

  test.each<[string, Partial<RunState>]>([
    ['has exited', { exited: exited() }],
    ['has succeeded', { succeeded }],
    ['has its verdict', { verdict: endedAt().verdict }],
  ])('is not watched in a run that %s', (_what, over) => {
    expect(watched(started({ stall: { due_ms: T0 }, ...over })).stall).toBeUndefined();
  });
});

describe('a run that is over', () => {
  test('is looked at for being reported, counted from its result', () => {
    expect(watched(started({ succeeded })).completion).toEqual({ due_ms: T0 + 70_000 });
  });

  test('keeps the time that was set first', () => {
    const state = started({ succeeded, completion: { due_ms: T0 + 1 } });
    expect(watched(state).completion).toEqual({ due_ms: T0 + 1 });
  });

  test.each<[string, Partial<RunState>, CompiledStall?]>([
    ['once it is reported', { started_ms: T0, succeeded, exited: exited() }],
    [
      'once it is reported, though nobody has answered its command',
      { started_ms: T0, exited: exited(1), verdict: endedAt().verdict },
    ],
    ['once a new turn has begun', { started_ms: T0 }],
    ['where its host reports no starts, and so no ends either', { succeeded }],
    [
      'where the pack sets no time for it',
      { started_ms: T0, succeeded },
      { ...STALL, completionMs: undefined } as never,
    ],
  ])('is not looked at any more %s', (_what, over, stall = STALL) => {
    expect(watched(stateWith({ completion: { due_ms: T0 }, ...over }), stall).completion).toBeUndefined();
  });
});

describe('a run that has exited is looked at three seconds later', () => {
  const noted = [failureRecord()];
  test.each<[string, Partial<RunState>]>([
    ['exited badly and says not why', { exited: exited(1) }],
    ['exited well, and something stands noted of it', { exited: exited(0), noted }],
  ])('where it %s', (_what, state) => {
    const checked = setExitCheck(started(state), T0);
    expect(checked.exit_check).toEqual({ due_ms: T0 + 3_000 });
    expect(setExitCheck(checked, T0 + 1_000)).toBe(checked);
  });

  test.each<[string, Partial<RunState>]>([
    ['exited well', { exited: exited(0) }],
    ['reported its result', { exited: exited(0), noted, succeeded: { at_ms: T0, position: { seq: 1, row: 0 } } }],
    ['lives', { noted }],
  ])('not where it %s', (_what, state) => {
    const known = started(state);
    expect(setExitCheck(known, T0)).toBe(known);
  });
});

describe('the next time that a run is looked at', () => {
  const suspicion = (due_ms: number | null) => ({ ...detection(), clause: 0, due_ms });

  test('is the first of all that is awaited', () => {
    const { verdict } = endedAt();
    const all = started({
      suspicions: [suspicion(null), suspicion(T0 + 50)],
      stall: { due_ms: T0 + 40 },
      completion: { due_ms: T0 + 30 },
      exit_check: { due_ms: T0 + 20 },
      verdict: { ...verdict, next_offer_ms: T0 + 10 },
    });
    const order = [all];
    for (const drop of ['verdict', 'exit_check', 'completion', 'stall', 'suspicions'] as const) {
      const { [drop]: _, ...rest } = order.at(-1) as RunState;
      order.push({ suspicions: [], ...rest } as RunState);
    }
    expect(order.map(nextDueMs)).toEqual([T0 + 10, T0 + 20, T0 + 30, T0 + 40, T0 + 50, undefined]);
  });

  test('is none where only the exit settles a suspicion', () => {
    expect(nextDueMs(stateWith({ suspicions: [suspicion(null)] }))).toBeUndefined();
  });

  test('is not that of a command that was answered, or that expired without an answer', () => {
    const { verdict } = endedAt();
    expect(nextDueMs(stateWith({ verdict }))).toBe(T0 + 5_000);
    expect(nextDueMs(stateWith({ verdict: { ...verdict, acked } }))).toBeUndefined();
    expect(nextDueMs(stateWith({ verdict: { ...verdict, unanswered: true } }))).toBeUndefined();
  });
});
