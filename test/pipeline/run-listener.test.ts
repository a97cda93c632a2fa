import { beforeEach, expect, it } from 'vitest';
import type { RunState } from '../../src/contracts/run-state.ts';
import { createSubjects } from '../../src/contracts/subjects.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { createMemoryUnmatchedCounter } from '../../src/memory/memory-fleet.ts';
import { createMemoryLog } from '../../src/memory/memory-log.ts';
import { createMemoryPublisher } from '../../src/memory/memory-publisher.ts';
import { createMemoryRunStore } from '../../src/memory/memory-run-store.ts';
import { silentTelemetry } from '../../src/pipeline/ports/telemetry.ts';
import { createRunListener } from '../../src/pipeline/run-listener.ts';
import { compileRules } from '../../src/ruleset/compile-rules.ts';
import { aPack, aRule } from '../ruleset/build.ts';
import { endedAt } from '../support/decisions.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { RUN, T0 } from '../support/messages.ts';

const rules = compileRules([aPack([aRule()])]);
let clock: ReturnType<typeof createManualClock>;
let store: ReturnType<typeof createMemoryRunStore>;
let settled: string[];

beforeEach(() => {
  clock = createManualClock(T0);
  store = createMemoryRunStore();
  settled = [];
});

/** What becomes of an ack that was stored at T0. */
async function ackFor(commandId: string, outcome = 'terminated', seq?: number): Promise<string | undefined> {
  const listener = createRunListener({
    rules: () => rules,
    policy: () => ({}) as never,
    store,
    history: createMemoryLog(),
    publisher: createMemoryPublisher(() => undefined),
    drifts: createMemoryUnmatchedCounter(),
    clock,
    telemetry: silentTelemetry,
  });
  const ack = { schema: 'knell.ack/v1', command_id: commandId, ...RUN, outcome, by: 'tap' };
  await listener.handleAck({
    run: RUN,
    subject: createSubjects().acks(RUN),
    data: Buffer.from(JSON.stringify({ ...ack, at: formatTime(T0) })),
    storedMs: T0,
    ...(seq !== undefined && { seq }),
    ack: () => void settled.push('acked'),
    retry: () => void settled.push('later'),
    reject: () => void settled.push('rejected'),
  });
  return settled.at(-1);
}

const aborted = (): RunState => endedAt();
const commandOf = (state: RunState): string => state.verdict?.command_id ?? '';

it('looks again at an ack that came before the state that knows its command', async () => {
  const state = aborted();
  expect(await ackFor(commandOf(state))).toBe('later');
  await store.put(state, 0);
  expect(await ackFor(commandOf(state))).toBe('acked');
  expect((await store.get(RUN))?.state.verdict?.acked).toMatchObject({ outcome: 'terminated', at_ms: T0 });
});

it('gives up an ack of a run without a verdict after ten seconds', async () => {
  await clock.advance(9_999);
  expect(await ackFor('unknown')).toBe('later');
  await clock.advance(1);
  expect(await ackFor('unknown')).toBe('acked');
  expect(await store.get(RUN)).toBeUndefined();
});

it('takes an ack of another command than the one of the verdict for nothing, at once', async () => {
  await store.put(aborted(), 0);
  expect(await ackFor('another')).toBe('acked');
  expect((await store.get(RUN))?.state.verdict?.acked).toBeUndefined();
});

it('lets no ack that came a moment later overtake the first, which had to wait for its command', async () => {
  const state = aborted();
  expect(await ackFor(commandOf(state), 'already_finished', 1)).toBe('later');
  await store.put(state, 0);
  expect(await ackFor(commandOf(state), 'terminated', 2)).toBe('acked');
  expect(await ackFor(commandOf(state), 'already_finished', 1)).toBe('acked');
  expect((await store.get(RUN))?.state.verdict?.acked).toMatchObject({ outcome: 'already_finished', seq: 1 });
});
