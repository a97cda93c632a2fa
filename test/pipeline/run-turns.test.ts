import { expect, test } from 'vitest';
import { newRunState } from '../../src/classify/run-state.ts';
import { createMemoryPublisher } from '../../src/memory/memory-publisher.ts';
import { createMemoryRunStore } from '../../src/memory/memory-run-store.ts';
import { systemClock } from '../../src/pipeline/ports/ports.ts';
import { silentTelemetry } from '../../src/pipeline/ports/telemetry.ts';
import { createRunTurns } from '../../src/pipeline/run-turns.ts';
import { updateRun } from '../../src/pipeline/update-run.ts';
import { RUN, T0 } from '../support/messages.ts';

const OTHER = { ...RUN, execution: 'other' };

test('decisions on one run that come at once are made one after the other, each once, and from what the one before stored', async () => {
  const store = createMemoryRunStore();
  const conflicts: number[] = [];
  const options = {
    store,
    publisher: createMemoryPublisher(),
    drifts: { count: async () => 1 },
    clock: systemClock,
    telemetry: { ...silentTelemetry, conflictRetried: () => void conflicts.push(1) },
    inTurn: createRunTurns(),
  };
  const seen: number[] = [];
  const count = () =>
    updateRun(
      options,
      RUN,
      async (state) => {
        seen.push(state.recorded.hits ?? 0);
        await store.get(RUN);
        return { state: { ...state, recorded: { hits: (state.recorded.hits ?? 0) + 1 } }, effects: [] };
      },
      { reading: store.get(RUN) },
    );
  await Promise.all(Array.from({ length: 10 }, count));
  expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(conflicts).toEqual([]);
});

test('a decision that fails holds up none behind it, and other runs wait for none', async () => {
  const inTurn = createRunTurns();
  let fail: (error: Error) => void = () => undefined;
  const failing = inTurn(
    RUN,
    () =>
      new Promise<void>((_, reject) => {
        fail = reject;
      }),
  );
  const behind = inTurn(RUN, async (hasWaited) => hasWaited);
  expect(await inTurn(OTHER, async (hasWaited) => hasWaited)).toBe(false);
  fail(new Error('away'));
  await expect(failing).rejects.toThrow('away');
  expect(await behind).toBe(true);
  expect(await inTurn(RUN, async (hasWaited) => hasWaited)).toBe(false);
});

test('what was read before a decision that was under way is read anew', async () => {
  const store = createMemoryRunStore();
  const inTurn = createRunTurns();
  const options = {
    store,
    publisher: createMemoryPublisher(),
    drifts: { count: async () => 1 },
    clock: systemClock,
    telemetry: silentTelemetry,
    inTurn,
  };
  const early = store.get(RUN);
  const first = inTurn(RUN, () => store.put({ ...newRunState(RUN), started_ms: T0 }, 0));
  const starts: (number | undefined)[] = [];
  const second = updateRun(
    options,
    RUN,
    (state) => {
      starts.push(state.started_ms);
      return { state, effects: [] };
    },
    { reading: early },
  );
  await Promise.all([first, second]);
  expect(starts).toEqual([T0]);
});
