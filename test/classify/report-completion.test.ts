import { expect, test } from 'vitest';
import { reportCompletion } from '../../src/classify/report-completion.ts';
import type { RunState } from '../../src/contracts/run-state.ts';
import type { CompiledStall } from '../../src/ruleset/rule-set.ts';
import { contextAt, endedAt, evidence, named, stateWith } from '../support/decisions.ts';
import { T0 } from '../support/messages.ts';

const STALL: CompiledStall = {
  pack: { id: 'stall', pack: 'claude-code', version: '1.0.0', digest: 'd' },
  warnMs: 120_000,
  soonestMs: 120_000,
  text: { warnMs: 120_000 },
  openTool: () => ({ warnMs: 120_000 }),
  completionMs: 60_000,
};
const DUE = T0 + 60_000;
/** A run that reported its result at T0. */
const over = (more: Partial<RunState> = {}) =>
  stateWith({ succeeded: { at_ms: T0, position: { seq: 2, row: 0 } }, completion: { due_ms: DUE }, ...more });
const look = (state: RunState, nowMs = DUE, spokeMs?: number) =>
  reportCompletion(
    state,
    STALL,
    spokeMs === undefined ? undefined : { atMs: spokeMs, evidence: evidence({ excerpt: 'All done.' }) },
    contextAt(nowMs),
  );

test('a run that is over and that no host has reported is recorded once, as the trouble of the platform', () => {
  const { state, effects } = look(over());
  expect(named(effects)).toEqual(['recorded platform.completion_unreported']);
  expect(effects).toMatchObject([{ record: { next_action: 'notify_owner', rule: { pack: 'claude-code' } } }]);
  expect(state.completion).toBeUndefined();
  expect(look({ ...state, completion: { due_ms: DUE } }).effects).toEqual([]);
});

test('it is not looked at before its time, nor where no time was set', () => {
  expect(look(over(), DUE - 1)).toEqual({ state: over(), effects: [] });
  const { completion: _, ...unwatched } = over();
  expect(look(unwatched)).toEqual({ state: unwatched, effects: [] });
});

test('one that spoke after its result is not over: it is looked at again a minute after that', () => {
  const { state, effects } = look(over(), DUE, T0 + 50_000);
  expect([effects, state.completion]).toEqual([[], { due_ms: T0 + 110_000 }]);
});

test.each<[string, Partial<RunState>]>([
  ['has been reported meanwhile', { exited: { at_ms: T0, code: 0, signal: null } }],
  ['has begun another turn', { succeeded: undefined } as never],
  [
    'has exited, and whose command nobody has answered',
    { succeeded: undefined, exited: { at_ms: T0, code: null, signal: 'SIGTERM' }, verdict: endedAt().verdict } as never,
  ],
])('one that %s is not looked at any more', (_what, more) => {
  const { state, effects } = look(over(more));
  expect([effects, state.completion]).toEqual([[], undefined]);
});

test('the record quotes what the run said last', () => {
  expect(look(over(), DUE, T0).effects).toMatchObject([
    { record: { evidence: [{ excerpt: 'All done.' }], message: expect.stringContaining('The run said: "All done."') } },
  ]);
});
