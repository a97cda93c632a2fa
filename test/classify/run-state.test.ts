import { expect, test } from 'vitest';
import { forgetUpTo, newRunState, runOf } from '../../src/classify/run-state.ts';
import { RunState } from '../../src/contracts/run-state.ts';
import { stateWith } from '../support/decisions.ts';
import { RUN } from '../support/messages.ts';

const hit = (seq: number, row: number) => ({ seq, row, at_ms: 0, condition: 0 });

test('a run that is new has a state with nothing in it, which the store takes', () => {
  const state = newRunState(RUN);
  expect(RunState.parse(state)).toEqual(state);
  expect(state).toMatchObject({ counts: {}, suspicions: [], recorded: {}, noted: [] });
  expect(runOf(state)).toEqual(RUN);
});

test('what a rule counted up to a position is forgotten, the position included, and nothing of other rules', () => {
  const hits = [hit(1, 9), hit(2, 0), hit(2, 1), hit(2, 2), hit(3, 0)];
  const counts = { 'p/a#0': hits, 'p/a#1': hits, 'p/ab#0': hits };
  const after = forgetUpTo(stateWith({ counts }), 'p/a', { seq: 2, row: 1 }).counts;
  expect(after).toEqual({ 'p/a#0': [hit(2, 2), hit(3, 0)], 'p/a#1': [hit(2, 2), hit(3, 0)], 'p/ab#0': hits });
});
