import { expect, test } from 'vitest';
import {
  GOT_OVER,
  noteRecord,
  SAID_BY_ANOTHER,
  withdrawNoted,
  withdrawSaid,
} from '../../src/classify/noted-records.ts';
import { RunState } from '../../src/contracts/run-state.ts';
import { stateWith } from '../support/decisions.ts';
import { failureRecord } from '../support/messages.ts';

const record = (number: number) => failureRecord(undefined, { record_id: `r${number}`, disposition: 'recorded' });
const noting = (count: number) => Array.from({ length: count }, (_, at) => record(at)).reduce(noteRecord, stateWith());

test('a success takes back all that was noted: a later version of the same record says that the run got over it', () => {
  const { state, effects } = withdrawNoted(noting(2));
  expect(effects).toEqual(
    [0, 1].map((at) => ({
      kind: 'record',
      record: { ...record(at), disposition: 'suppressed', reason: GOT_OVER },
      revision: 1,
    })),
  );
  expect(state.noted).toEqual([]);
});

test('a second success takes nothing back again', () => {
  expect(withdrawNoted(withdrawNoted(noting(2)).state).effects).toEqual([]);
});

test('of many records the last eight are kept, as many as a run state may hold', () => {
  const state = noting(10);
  expect(state.noted.map(({ record_id: id }) => id)).toEqual(['r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r9']);
  expect(RunState.safeParse(state).success).toBe(true);
});

test('what the run ended of takes back the records that say the same, less exactly, or nothing that a rule knows, and no others', () => {
  const state = (['auth.token_expired', 'auth.invalid_credentials', 'mcp.failure', 'unknown.unmatched'] as const)
    .map((category) => failureRecord(undefined, { record_id: category, disposition: 'recorded', category }))
    .reduce(noteRecord, stateWith());
  const { state: after, effects } = withdrawSaid(state, 'auth.token_expired');
  expect(after.noted.map(({ category }) => category)).toEqual(['mcp.failure']);
  expect(effects).toMatchObject(
    ['auth.token_expired', 'auth.invalid_credentials', 'unknown.unmatched'].map((record_id) => ({
      record: { record_id, disposition: 'suppressed', reason: SAID_BY_ANOTHER },
      revision: 1,
    })),
  );
  expect(withdrawSaid(after, 'auth.token_expired').effects).toEqual([]);
});
