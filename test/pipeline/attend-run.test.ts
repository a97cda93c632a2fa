import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../src/classify/policy.ts';
import { newRunState } from '../../src/classify/run-memory.ts';
import { createMemoryLog } from '../../src/memory/memory-log.ts';
import { attendRun } from '../../src/pipeline/attend-run.ts';
import { RUN, T0 } from '../support/messages.ts';
import { rulesFrom } from '../support/rules.ts';

const rules = rulesFrom(`
stall: { warn: 120s, abort: 600s }
rules:
  - { id: any, match: [{ event: result, text: 'token has expired' }] }
`);
const silent = {
  ...newRunState(RUN),
  runtime: 'claude-code',
  started_ms: T0,
  stall: { due_ms: T0 + 600_000, warned_since_ms: T0 },
};
const attend = (hasExited: boolean) => {
  const history = { ...createMemoryLog(), hasExited: async () => hasExited };
  return attendRun(silent, rules, history, { policy: DEFAULT_POLICY, nowMs: T0 + 600_000, digest: rules.digest });
};

test('a run that has been silent for too long is ended', async () => {
  expect((await attend(false)).effects).toMatchObject([{ kind: 'abort' }]);
});

test('a silent run whose exit is only not taken in yet is left alone, and looked at again', async () => {
  const { state, effects } = await attend(true);
  expect(effects).toEqual([]);
  expect(state.verdict).toBeUndefined();
  expect(state.stall?.due_ms).toBeGreaterThan(T0 + 600_000);
});
