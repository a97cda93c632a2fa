import { expect, it } from 'vitest';
import { runMatches } from '../../../src/contracts/api/run-matches.ts';
import type { RunFilter, RunRow } from '../../../src/contracts/api/run-row.ts';

const row: RunRow = {
  run: 'builder.e42.1',
  agent: 'builder',
  execution: 'e42',
  attempt: 1,
  phase: 'ended',
  runtime: 'codex',
  subscription: 'team-1',
  category: 'auth.token_expired',
  disposition: 'aborted',
  rule: 'auth/token-expired',
  rules: ['auth/token-expired', 'x/other'],
  started_ms: Date.parse('2026-11-28T10:00:00Z'),
  seen_ms: Date.parse('2026-11-28T11:00:00Z'),
};

it.each<[RunFilter, boolean]>([
  [{}, true],
  [{ q: '  ' }, true],
  [{ q: 'BUILDER codex' }, true],
  [{ q: 'builder gemini' }, false],
  [{ agent: 'build' }, false],
  [{ state: 'running' }, false],
  [{ category: 'auth' }, true],
  [{ category: 'au' }, false],
  [{ rule: 'x/other' }, true],
  [{ subscription: 'team-2' }, false],
  [{ since: '2026-11-28T10:00:01Z' }, false],
  [{ until: '2026-11-28T10:00:01Z' }, true],
])('%j', (filter, fits) => {
  expect(runMatches(row, filter)).toBe(fits);
});
