import { expect, test } from 'vitest';
import { isCutOff, lacksBeginning, lacksLast } from '../../../src/pipeline/due/dropped-lines.ts';
import { T0 } from '../../support/messages.ts';

const logFrom = (seq: number, atMs: number) => ({ begin: async () => ({ seq, atMs }) });
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

test.each([
  ['nothing was dropped', 1, T0, T0, false],
  ['nothing was dropped, and nobody told of the start', 1, T0, undefined, false],
  ['the stream was made anew since the start', 1, T0 + 1, T0, true],
  ['the stream begins before the start', 9, T0 - MINUTE_MS, T0, false],
  ['a line may be a little older than the report of the start', 9, T0 - MINUTE_MS + 1, T0, true],
  ['nobody told of the start, and the stream reaches far back', 9, T0 - HOUR_MS, undefined, false],
  ['nobody told of the start, and it does not', 9, T0 - HOUR_MS + 1, undefined, true],
] as const)('whether the beginning of a run may be gone where %s', async (_, seq, atMs, started_ms, expected) => {
  const state = { ...(started_ms !== undefined && { started_ms }) };
  expect(await lacksBeginning(state, T0, logFrom(seq, atMs))).toBe(expected);
});

test('a line is cut off where the stream begins behind its message, or it may be a quotation and the beginning is gone', async () => {
  const log = logFrom(9, T0);
  const at = (seq: number, isText: boolean, started_ms: number) =>
    isCutOff({ started_ms }, { position: { seq, row: 3 }, at_ms: T0 }, isText, log);
  const [old, young] = [T0, T0 + MINUTE_MS];
  expect([
    await at(8, false, young),
    await at(9, false, old),
    await at(9, true, old),
    await at(9, true, young),
  ]).toEqual([true, false, true, false]);
});

test('a line of the stream that was made anew since is cut off, whatever sequences the new one has given out', async () => {
  const log = logFrom(1, T0 + 1);
  const at = (at_ms: number) => isCutOff({ started_ms: T0 }, { position: { seq: 510, row: 0 }, at_ms }, false, log);
  expect([await at(T0), await at(T0 + 1)]).toEqual([true, false]);
  const last = (atMs: number) => lacksLast({ started_ms: T0 }, { position: { seq: 510, row: 0 }, atMs }, log);
  expect([await last(T0), await last(T0 + 1)]).toEqual([true, false]);
});

test('what a run said last may be gone where a message behind it is, or where nothing of it is left and the stream begins too late', async () => {
  const log = logFrom(9, T0);
  const last = (seq: number) => ({ position: { seq, row: 0 }, atMs: T0 });
  const lacks = (found: ReturnType<typeof last> | undefined, started_ms?: number) =>
    lacksLast(started_ms === undefined ? {} : { started_ms }, found, log);
  const [old, young] = [T0, T0 + MINUTE_MS];
  expect([await lacks(last(8), young), await lacks(last(9), old)]).toEqual([true, false]);
  expect([await lacks(undefined, old), await lacks(undefined, young), await lacks(undefined)]).toEqual([
    true,
    false,
    true,
  ]);
});
