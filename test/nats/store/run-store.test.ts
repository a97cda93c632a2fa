import { beforeAll, beforeEach, expect, test } from 'vitest';
import { newRunState } from '../../../src/classify/run-state.ts';
import { type Run, runKey } from '../../../src/contracts/run.ts';
import { ensureStreams } from '../../../src/nats/ensure-streams.ts';
import type { Bucket } from '../../../src/nats/store/bucket.ts';
import { createRunStore } from '../../../src/nats/store/run-store.ts';
import type { RunStore } from '../../../src/pipeline/ports/ports.ts';
import { useNatsServer } from '../../support/nats.ts';
import { subjects } from '../../support/service.ts';

const nats = useNatsServer();
let bucket: Bucket;
let store: RunStore;
let told: string[];
let runs = 0;
let run: Run;
beforeAll(async () => {
  bucket = (await ensureStreams(nats.connection, subjects)).runs;
});
beforeEach(() => {
  runs += 1;
  run = { agent: 'a', execution: `e${runs}`, attempt: 1 };
  told = [];
  store = createRunStore(bucket, ({ key, reason }) => told.push(`${key} ${reason}`));
});

test.each([
  ['no JSON', () => 'junk'],
  ['half of a state', () => JSON.stringify(newRunState(run)).slice(0, 30)],
  ['something else', () => '[1]'],
  ['the state of another run', () => JSON.stringify(newRunState({ ...run, attempt: 2 }))],
])('an entry that is %s is told, hides nothing from the next write, and is replaced by it', async (_what, junk) => {
  const revision = await bucket.put(runKey(run), junk());
  expect(await store.get(run)).toEqual({ state: newRunState(run), revision, isUnreadable: true });
  expect(told).toEqual([expect.stringMatching(new RegExp(`^${runKey(run)} `))]);
  expect(await store.put({ ...newRunState(run), runtime: 'codex' }, revision)).toBe(true);
  expect(await store.get(run)).toMatchObject({ state: { runtime: 'codex' } });
});

test('what a newer knell wrote is neither read as a new run nor replaced', async () => {
  await bucket.put(runKey(run), JSON.stringify({ ...newRunState(run), schema: 'knell.run-state/v2' }));
  await expect(store.get(run)).rejects.toMatchObject({ code: 'RUN_STATE_FROM_NEWER_KNELL' });
  expect(told).toEqual([]);
});
