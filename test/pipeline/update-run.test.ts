import { beforeEach, describe, expect, test } from 'vitest';
import { applyAck } from '../../src/classify/follow-command.ts';
import { commandId } from '../../src/classify/ids.ts';
import { observe } from '../../src/classify/observe.ts';
import type { Outcome } from '../../src/classify/outcome.ts';
import { newRunState } from '../../src/classify/run-state.ts';
import type { Grade } from '../../src/contracts/categories.ts';
import type { RunState } from '../../src/contracts/run-state.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { createMemoryPublisher, type MemoryPublisher } from '../../src/memory/memory-publisher.ts';
import { createMemoryRunStore } from '../../src/memory/memory-run-store.ts';
import { systemClock } from '../../src/pipeline/ports/ports.ts';
import { silentTelemetry } from '../../src/pipeline/ports/telemetry.ts';
import { updateRun } from '../../src/pipeline/update-run.ts';
import { claude } from '../support/claude-lines.ts';
import { contextAt, occurrenceOf } from '../support/decisions.ts';
import { abortCommand, failureRecord, RUN, T0 } from '../support/messages.ts';
import { rulesFrom } from '../support/rules.ts';

const succeeded = { at_ms: T0, position: { seq: 9, row: 0 } };
let store: ReturnType<typeof createMemoryRunStore>;
let publisher: MemoryPublisher;

beforeEach(async () => {
  store = createMemoryRunStore();
  publisher = createMemoryPublisher();
  await store.put({ ...newRunState(RUN), runtime: 'claude-code' }, 0);
});

/** Ends a run that has not succeeded; meanwhile another worker takes in that it has. */
async function endWhileItSucceeds(grade: Grade): Promise<{ seen: boolean[]; after: RunState }> {
  const seen: boolean[] = [];
  const decide = async (state: RunState): Promise<Outcome> => {
    seen.push(state.succeeded !== undefined);
    if (state.succeeded) return { state, effects: [] };
    const known = await store.get(RUN);
    await store.put({ ...state, succeeded }, known?.revision ?? 0);
    const effect = {
      kind: 'abort',
      command: abortCommand(RUN, { grade }),
      record: failureRecord(RUN, { grade }),
    } as const;
    return { state: { ...state, exit_check: { due_ms: T0 } }, effects: [effect] };
  };
  const drifts = { count: async () => 1 };
  const after = await updateRun(
    { store, publisher, drifts, clock: systemClock, telemetry: silentTelemetry },
    RUN,
    decide,
  );
  return { seen, after };
}

describe('a run of which another worker learns something while a decision is made', () => {
  test('is not ended for what it did not say: the decision is made anew from what is known by then', async () => {
    const { seen, after } = await endWhileItSucceeds('mixed');
    expect(seen).toEqual([false, true]);
    expect(publisher.aborts).toEqual([]);
    expect(after.succeeded).toEqual(succeeded);
  });

  test('is ended at once for what its runtime said: that stands, whatever came at the same time', async () => {
    const { seen } = await endWhileItSucceeds('typed');
    expect(publisher.aborts).toHaveLength(1);
    expect(seen).toEqual([false, true]);
  });
});

test('a record of a decision that lost a race, and that the winning one lacks, is taken back', async () => {
  const record = failureRecord(RUN, { disposition: 'recorded' });
  const decide = async (state: RunState): Promise<Outcome> => {
    if (state.succeeded) return { state: { ...state, recorded: { 'test/x': 1 } }, effects: [] };
    const known = await store.get(RUN);
    await store.put({ ...state, succeeded }, known?.revision ?? 0);
    return { state: { ...state, noted: [record] }, effects: [{ kind: 'record', record }] };
  };
  const drifts = { count: async () => 1 };
  await updateRun({ store, publisher, drifts, clock: systemClock, telemetry: silentTelemetry }, RUN, decide);
  expect(publisher.records().map(({ record_id, disposition }) => [record_id, disposition])).toEqual([
    [record.record_id, 'suppressed'],
  ]);
});

test('one that the winning decision makes too stays as it is', async () => {
  const record = failureRecord(RUN, { disposition: 'recorded' });
  let isFirst = true;
  const decide = async (state: RunState): Promise<Outcome> => {
    if (isFirst) await store.put({ ...state, runtime: 'codex' }, (await store.get(RUN))?.revision ?? 0);
    isFirst = false;
    return { state: { ...state, noted: [record] }, effects: [{ kind: 'record', record }] };
  };
  const drifts = { count: async () => 1 };
  await updateRun({ store, publisher, drifts, clock: systemClock, telemetry: silentTelemetry }, RUN, decide);
  expect(publisher.records()).toEqual([record]);
});

describe('a command that is out stands, though its run exits before the state with it is stored', () => {
  const exited = { at_ms: T0 + 50, code: null, signal: 'SIGINT' };
  const failure = occurrenceOf(
    rulesFrom("rules: [{ id: expired, match: [{ event: result, text: 'token has expired' }] }]"),
    claude.fails('token has expired', 401),
  );
  const decide = async (state: RunState): Promise<Outcome> => observe(state, failure, contextAt(T0));
  const update = (by: typeof decide) =>
    updateRun(
      { store, publisher, drifts: { count: async () => 1 }, clock: systemClock, telemetry: silentTelemetry },
      RUN,
      by,
    );

  test('where the exit was heard meanwhile', async () => {
    let isFirst = true;
    const after = await update(async (state) => {
      const outcome = await decide(state);
      if (isFirst) {
        isFirst = false;
        const known = await store.get(RUN);
        await store.put({ ...state, exited }, known?.revision ?? 0);
      }
      return outcome;
    });
    expect(publisher.aborts).toHaveLength(1);
    expect(after).toMatchObject({ exited, verdict: { disposition: 'aborted', command_id: commandId(RUN) } });
    expect(publisher.records().map(({ disposition }) => disposition)).toEqual(['aborted']);
    const ack = { schema: 'knell.ack/v1', ...RUN, command_id: commandId(RUN), by: 'tap', at: formatTime(T0) } as const;
    const acked = applyAck(after, { ...ack, outcome: 'terminated' }, T0 + 60);
    expect(acked.effects).toMatchObject([{ record: { disposition: 'aborted' }, revision: 1 }]);
  });

  test('where the worker that gave it was killed in between', async () => {
    const lost = await decide(newRunState(RUN));
    for (const effect of lost.effects) if (effect.kind === 'abort') await publisher.abort(effect.command);
    const known = await store.get(RUN);
    await store.put({ ...(known?.state ?? newRunState(RUN)), exited }, known?.revision ?? 0);
    const after = await update(decide);
    expect(publisher.aborts).toHaveLength(1);
    expect(after.verdict).toMatchObject({ disposition: 'aborted', command_id: commandId(RUN) });
  });

  test('and a run that exited without one gets none', async () => {
    const known = await store.get(RUN);
    await store.put({ ...(known?.state ?? newRunState(RUN)), exited }, known?.revision ?? 0);
    const after = await update(decide);
    expect(publisher.aborts).toEqual([]);
    expect(after.verdict).toMatchObject({ disposition: 'recorded' });
  });
});

test('a failure that nothing knows is counted once, however often its decision loses a race', async () => {
  const counted: string[] = [];
  const drifts = {
    count: async (fingerprint: string) => {
      counted.push(fingerprint);
      return 2;
    },
  };
  let races = 0;
  await updateRun({ store, publisher, drifts, clock: systemClock, telemetry: silentTelemetry }, RUN, async (state) => {
    const known = await store.get(RUN);
    races += 1;
    if (races < 3) await store.put({ ...state, worker: `w${races}` }, known?.revision ?? 0);
    const notice = { schema: 'knell.notice/v1', kind: 'drift', at: formatTime(T0), message: 'strange' } as const;
    return { state: { ...state, exit_check: { due_ms: T0 } }, effects: [{ kind: 'drift', fingerprint: 'f', notice }] };
  });
  expect(races).toBe(3);
  expect(counted).toEqual(['f']);
});

describe('a state that this worker wrote last', () => {
  const options = () => ({
    publisher,
    drifts: { count: async () => 1 },
    clock: systemClock,
    telemetry: silentTelemetry,
  });
  const recalling = async () => {
    const recalled = await store.get(RUN);
    let reads = 0;
    const get = (...about: Parameters<typeof store.get>) => {
      reads += 1;
      return store.get(...about);
    };
    return { counting: { ...store, get, recall: () => recalled }, reads: () => reads };
  };
  const end = (state: RunState): Outcome => {
    if (state.succeeded) return { state, effects: [] };
    const effect = { kind: 'abort', command: abortCommand(RUN), record: failureRecord(RUN) } as const;
    return { state: { ...state, exit_check: { due_ms: T0 } }, effects: [effect] };
  };

  test('is not read again where nothing follows but a write', async () => {
    const { counting, reads } = await recalling();
    await updateRun({ ...options(), store: counting }, RUN, (state) => ({
      state: { ...state, started_ms: T0 },
      effects: [],
    }));
    expect([reads(), (await store.get(RUN))?.state.started_ms]).toEqual([0, T0]);
  });

  test('is compared with what is stored before a command goes out: a success that another worker has taken in counts', async () => {
    const { counting, reads } = await recalling();
    await store.put({ ...newRunState(RUN), runtime: 'claude-code', succeeded }, (await store.get(RUN))?.revision ?? 0);
    const after = await updateRun({ ...options(), store: counting }, RUN, end);
    expect(publisher.aborts).toEqual([]);
    expect(after.succeeded).toEqual(succeeded);
    expect(reads()).toBe(2);
  });

  test('is compared before it is left as it is', async () => {
    const { counting } = await recalling();
    await store.put({ ...newRunState(RUN), succeeded }, (await store.get(RUN))?.revision ?? 0);
    const seen: boolean[] = [];
    await updateRun({ ...options(), store: counting }, RUN, (state) => {
      seen.push(state.succeeded !== undefined);
      return { state, effects: [] };
    });
    expect(seen).toEqual([false, true]);
  });
});
