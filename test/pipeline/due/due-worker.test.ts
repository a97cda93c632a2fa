import { afterEach, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../../src/classify/policy.ts';
import { newRunState } from '../../../src/classify/run-state.ts';
import { nextDueMs } from '../../../src/classify/watch-times.ts';
import type { Run } from '../../../src/contracts/run.ts';
import type { RunState } from '../../../src/contracts/run-state.ts';
import { createMemoryUnmatchedCounter } from '../../../src/memory/memory-fleet.ts';
import { createMemoryLog } from '../../../src/memory/memory-log.ts';
import { createMemoryPublisher } from '../../../src/memory/memory-publisher.ts';
import { createMemoryRunStore } from '../../../src/memory/memory-run-store.ts';
import { type DueWorker, startDueWorker } from '../../../src/pipeline/due/due-worker.ts';
import type { Versioned } from '../../../src/pipeline/ports/ports.ts';
import { silentTelemetry } from '../../../src/pipeline/ports/telemetry.ts';
import { createRunTurns } from '../../../src/pipeline/run-turns.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { T0 } from '../../support/messages.ts';
import { rulesFrom } from '../../support/rules.ts';

const FIRST: Run = { agent: 'a', execution: 'e0', attempt: 1 };
const rules = rulesFrom('stall: { warn: 120s }');
const confirmers: DueWorker[] = [];
afterEach(async () => {
  for (const dueWorker of confirmers.splice(0)) await dueWorker.stop();
});

/** Runs that all become due 120 s after the start, last written by a worker, and which worker looked at them when. */
async function world(writtenBy: string, count = 20, looked: (run: Run) => void = () => undefined) {
  const clock = createManualClock(T0);
  const store = createMemoryRunStore();
  const looks: { worker: string; lateMs: number }[] = [];
  let conflicts = 0;
  const common = {
    rules: () => rules,
    policy: () => DEFAULT_POLICY,
    store,
    history: createMemoryLog(),
    publisher: createMemoryPublisher(),
    drifts: createMemoryUnmatchedCounter(),
    clock,
  };
  const runs = Array.from({ length: count }, (_, index): Run => ({ agent: 'a', execution: `e${index}`, attempt: 1 }));
  for (const run of runs) {
    const stall = { due_ms: T0 + 120_000 };
    await store.put({ ...newRunState(run), runtime: 'claude-code', started_ms: T0, stall, worker: writtenBy }, 0);
  }
  const inTurn = createRunTurns(1);
  return {
    clock,
    store,
    looks,
    inTurn,
    conflicts: () => conflicts,
    async start(worker: string) {
      const telemetry = {
        ...silentTelemetry,
        dueRunHandled({ run, lateMs }: { run: Run; lateMs: number }) {
          looks.push({ worker, lateMs });
          looked(run);
        },
        conflictRetried: () => {
          conflicts += 1;
        },
      };
      confirmers.push(await startDueWorker({ ...common, telemetry, worker, inTurn }));
    },
  };
}

test('a due run is looked at by the worker that wrote its state, at once, and by no other', async () => {
  const { clock, looks, conflicts, start } = await world('one', 20);
  await start('other');
  await start('one');
  await start('third');
  await clock.advance(121_000);
  expect(looks).toEqual(Array.from({ length: 20 }, () => ({ worker: 'one', lateMs: 0 })));
  expect(conflicts()).toBe(0);
});

test('what a worker leaves undone is done by another within a second, which is then the first to look at it', async () => {
  const { clock, looks, start } = await world('gone', 20);
  await start('other');
  await clock.advance(120_400);
  expect(looks).toEqual([]);
  await clock.advance(600);
  expect(looks).toHaveLength(20);
  for (const { lateMs } of looks) {
    expect(lateMs).toBeGreaterThanOrEqual(500);
    expect(lateMs).toBeLessThanOrEqual(1_000);
  }
  looks.splice(0);
  await clock.advance(130_000);
  expect(looks).toEqual(Array.from({ length: 20 }, () => ({ worker: 'other', lateMs: 0 })));
});

test('a run whose write was stored, and the confirmation lost, is looked at again when it is due', async () => {
  const { clock, store, looks, start } = await world('one', 1);
  const put = store.put;
  let lost = 0;
  store.put = async (state, revision) => {
    await put(state, revision);
    if (lost > 0) return true;
    lost += 1;
    // The watch tells of the write at once; the writer gives up waiting much later.
    await new Promise<void>((resolve) => clock.after(5_000, resolve));
    throw new Error('TIMEOUT');
  };
  await start('one');
  await clock.advance(120_000);
  const dueMs = nextDueMs((await store.get(FIRST))?.state as RunState) as number;
  expect(lost).toBe(1);
  expect(dueMs).toBeGreaterThan(clock.now() + 10_000);
  await clock.advance(10_000);
  expect(looks).toEqual([]);
  await clock.advance(dueMs - clock.now());
  expect(looks).toEqual([{ worker: 'one', lateMs: 0 }]);
});

test('a due run waits for no burst of its worker: neither for what is read of other subscriptions, nor for what of theirs is due too', async () => {
  const order: string[] = [];
  const flood = { kind: 'unknown' as const, subscription: 'flood' };
  const { clock, store, inTurn, start } = await world('one', 300, ({ execution }) => void order.push(execution));
  for (let number = 0; number < 299; number += 1) {
    const known = await store.get({ agent: 'a', execution: `e${number}`, attempt: 1 });
    await store.put({ ...(known?.state as RunState), credential: flood }, known?.revision ?? 0);
  }
  const calm = (await store.get({ agent: 'a', execution: 'e299', attempt: 1 })) as Versioned;
  const late = { credential: { ...flood, subscription: 'calm' }, stall: { due_ms: T0 + 120_001 } };
  await store.put({ ...calm.state, ...late }, calm.revision);
  await start('one');
  let begin: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const read = Array.from({ length: 300 }, (_, number) =>
    inTurn(
      { agent: 'a', execution: `read ${number}`, attempt: 1 },
      () => (number === 0 ? held : Promise.resolve()).then(() => void order.push('read')),
      'flood',
    ),
  );
  await clock.advance(120_001);
  expect(order).toEqual([]);
  begin();
  await Promise.all(read);
  await clock.advance(0);
  expect(order).toHaveLength(600);
  expect(order.indexOf('e299')).toBeLessThan(12);
  // What is due of the flood's subscription does not wait for what is read of it either.
  expect(order.slice(0, 40).filter((what) => what.startsWith('e')).length).toBeGreaterThan(15);
});
