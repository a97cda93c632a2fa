import { expect, test } from 'vitest';
import { beginTurnAt, isTakenBack, newRunState, runOf, succeedAt } from '../../src/classify/run-state.ts';
import { RunState } from '../../src/contracts/run-state.ts';
import { stateWith } from '../support/decisions.ts';
import { RUN, T0 } from '../support/messages.ts';

const hit = (seq: number, row: number) => ({ seq, row, at_ms: 0, condition: 0 });

test('a run that is new has a state with nothing in it, which the store takes', () => {
  const state = newRunState(RUN);
  expect(RunState.parse(state)).toEqual(state);
  expect(state).toMatchObject({ counts: {}, suspicions: [], recorded: {}, noted: [] });
  expect(runOf(state)).toEqual(RUN);
});

test('what was said before a result is taken back, in whatever order the two are read', () => {
  const counts = { 'p/a#0': [hit(1, 9), hit(2, 0)], 'p/b#0': [hit(3, 0)] };
  const state = succeedAt(stateWith({ counts }), { seq: 2, row: 1 }, T0);
  expect([state.counts, state.succeeded?.position]).toEqual([{ 'p/b#0': [hit(3, 0)] }, { seq: 2, row: 1 }]);
  expect([1, 2, 3].map((seq) => isTakenBack(state, { seq, row: 1 }))).toEqual([true, false, false]);
  expect(succeedAt(state, { seq: 1, row: 0 }, T0)).toEqual(state);
});

test("a result is the run's where no turn has begun behind it, in whatever order the two are read", () => {
  const result = { seq: 4, row: 0 };
  const turn = { seq: 6, row: 0 };
  const inOrder = beginTurnAt(succeedAt(stateWith(), result, T0), turn);
  const late = succeedAt(beginTurnAt(stateWith(), turn), result, T0);
  expect(inOrder).toEqual(late);
  expect([late.succeeded, isTakenBack(late, { seq: 3, row: 0 })]).toEqual([undefined, true]);
  expect(beginTurnAt(succeedAt(late, { seq: 8, row: 0 }, T0), result).succeeded?.position).toEqual({ seq: 8, row: 0 });
});
