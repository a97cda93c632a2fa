import { expect, it } from 'vitest';
import { DEFAULT_BUDGET } from '../../../src/classify/abort-budget.ts';
import type { RunRow } from '../../../src/contracts/api/run-row.ts';
import { countFleet } from '../../../src/http/fleet/now.ts';

const NOW = Date.parse('2026-11-28T12:30:00Z');
const MINUTE = 60_000;
const row = (run: string, more: Partial<RunRow>): RunRow => ({
  run,
  agent: 'a',
  execution: 'e',
  attempt: 1,
  phase: 'ended',
  rules: [],
  seen_ms: NOW,
  ...more,
});
const aborted = { disposition: 'aborted', category: 'auth.token_expired' } as const;

it('counts what a run would still have held its slot for, from the ack to its time limit', () => {
  const { saved } = countFleet(
    [
      row('counted', {
        ...aborted,
        started_ms: NOW - 90 * MINUTE,
        timeout_s: 7_200,
        decided_ms: NOW - 61 * MINUTE,
        acked_ms: NOW - 60 * MINUTE,
      }),
      row('past its limit', {
        ...aborted,
        started_ms: NOW - 90 * MINUTE,
        timeout_s: 60,
        decided_ms: NOW - MINUTE,
        acked_ms: NOW,
      }),
      row('no limit', { ...aborted, started_ms: NOW - 90 * MINUTE, decided_ms: NOW, acked_ms: NOW }),
      row('no ack', { ...aborted, started_ms: NOW, timeout_s: 7_200, decided_ms: NOW }),
      row('yesterday', {
        ...aborted,
        started_ms: NOW,
        timeout_s: 7_200,
        decided_ms: NOW - 13 * 60 * MINUTE,
        acked_ms: NOW,
      }),
      row('shadow', {
        ...aborted,
        disposition: 'would_abort',
        started_ms: NOW,
        timeout_s: 7_200,
        decided_ms: NOW,
        acked_ms: NOW,
      }),
    ],
    NOW,
    DEFAULT_BUDGET,
  );
  expect(saved).toEqual({ since_ms: Date.parse('2026-11-28T00:00:00Z'), slot_hours: 1.5, counted: 2, not_counted: 2 });
});

it('puts each abort into its hour, the oldest hour first, and none older than a day', () => {
  const { aborts, budget, runs } = countFleet(
    [
      row('now', { ...aborted, decided_ms: NOW }),
      row('first', { ...aborted, decided_ms: NOW - 23 * 60 * MINUTE }),
      row('too old', { ...aborted, decided_ms: NOW - 24 * 60 * MINUTE }),
    ],
    NOW,
    DEFAULT_BUDGET,
  );
  expect(aborts).toHaveLength(24);
  expect([aborts[0]?.by_category, aborts[23]?.by_category]).toEqual([
    { 'auth.token_expired': 1 },
    { 'auth.token_expired': 1 },
  ]);
  expect(aborts.flatMap(({ by_category }) => Object.values(by_category))).toEqual([1, 1]);
  expect([budget.minute, budget.hour.used, runs.ended]).toEqual([{ used: 1, limit: 600 }, 1, 3]);
});
