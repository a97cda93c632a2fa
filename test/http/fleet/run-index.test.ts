import { expect, it } from 'vitest';
import { newRunState } from '../../../src/classify/run-state.ts';
import type { RunState } from '../../../src/contracts/run-state.ts';
import { startRunIndex } from '../../../src/http/fleet/run-index.ts';

const state = (execution: string, startedMs: number, more: Partial<RunState> = {}): RunState => ({
  ...newRunState({ agent: 'a', execution, attempt: 1 }),
  started_ms: startedMs,
  ...more,
});

async function open(states: readonly RunState[]) {
  let tell: (state: RunState, revision: number) => void = () => undefined;
  const index = await startRunIndex({
    watch: async (listener) => {
      tell = listener;
      for (const one of states) listener(one, 1);
      return { ready: Promise.resolve(), stop: () => undefined };
    },
  });
  return { index, tell: (one: RunState) => tell(one, 2) };
}

it('lists newest first, and goes on after a page although newer runs came', async () => {
  const { index, tell } = await open([state('e1', 1_000), state('e3', 3_000), state('e2', 2_000), state('e4', 2_000)]);
  const first = index.page({}, undefined, 2);
  expect([first.total, first.rows.map(({ execution }) => execution)]).toEqual([4, ['e3', 'e4']]);
  tell(state('e9', 9_000));
  const second = index.page({}, first.next ?? '', 2);
  expect([second.rows.map(({ execution }) => execution), second.next]).toEqual([['e2', 'e1'], null]);
});

it('tells of changes only after it is ready, and has the latest of each run', async () => {
  const { index, tell } = await open([state('e1', 1_000)]);
  const seen: string[] = [];
  const stop = index.watch((row) => seen.push(row.phase));
  tell(state('e1', 1_000, { exited: { at_ms: 2_000, code: 1, signal: null } }));
  stop();
  tell(state('e1', 1_000));
  expect(seen).toEqual(['failed']);
  expect(index.page({}, undefined, 10).rows).toHaveLength(1);
});
