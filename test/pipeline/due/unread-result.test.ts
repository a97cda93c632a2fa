import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { newRunState } from '../../../src/classify/run-state.ts';
import type { Run } from '../../../src/contracts/run.ts';
import { ensureStreams } from '../../../src/nats/ensure-streams.ts';
import { createRunStore } from '../../../src/nats/store/run-store.ts';
import { claude } from '../../support/claude-lines.ts';
import { useNatsServer } from '../../support/nats.ts';
import { rulesFrom } from '../../support/rules.ts';
import { say, startTestService, subjects, untilAllIsRead } from '../../support/service.ts';

const rules = rulesFrom(`
stall: { warn: 100ms, abort: 300ms }
signals:
  - { id: started, means: started, match: [{ event: system/init }] }
  - { id: done, means: success, match: [{ event: result, where: { is_error: false } }] }
`);
const SILENT_MS = 300;
const nats = useNatsServer();

test('runs that finished while no worker was there are not ended for their silence; those that fell silent are', async () => {
  const { connection } = nats;
  const store = createRunStore((await ensureStreams(connection, subjects)).runs, ({ reason }) => {
    throw new Error(reason);
  });
  const atMs = Date.now();
  const runs = Array.from({ length: 40 }, (_, index): Run => ({ agent: 'a', execution: `e${index}`, attempt: 1 }));
  const hasFinished = (run: Run) => Number(run.execution.slice(1)) % 2 === 0;
  for (const run of runs) {
    const state = { ...newRunState(run), runtime: 'claude-code', started_ms: atMs, stall: { due_ms: atMs } };
    await store.put(state, 0);
    const lines = hasFinished(run) ? [claude.init(), claude.succeeds()] : [claude.init()];
    const headers = { 'Knell-Runtime': 'claude-code' };
    for (const line of lines) await say(connection, run, 'stdout', [line], headers);
  }
  // Silence is reckoned in the server's time, so it has to pass.
  await pause(SILENT_MS);
  const service = await startTestService(nats.server.url, rules);
  try {
    await untilAllIsRead(connection);
    // A command is published before the state that tells of it is stored.
    const known = () => Promise.all(runs.map(async (run) => (await store.get(run))?.state));
    const verdicts = async () => (await known()).map((state) => state?.verdict?.category);
    const expected = runs.map((run) => (hasFinished(run) ? undefined : 'runtime.stalled'));
    await expect.poll(verdicts, { interval: 5 }).toEqual(expected);
    expect((await known()).map((state) => state?.succeeded !== undefined)).toEqual(runs.map(hasFinished));
    const manager = await connection.jetstreamManager();
    expect((await manager.streams.info('KNELL_ABORTS')).state.messages).toBe(runs.length / 2);
  } finally {
    await service.stop();
  }
});
