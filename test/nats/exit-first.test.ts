import { afterEach, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../src/classify/policy.ts';
import type { FailureRecord } from '../../src/contracts/failure-record.ts';
import type { Run } from '../../src/contracts/run.ts';
import { createMemoryUnmatchedCounter } from '../../src/memory/memory-fleet.ts';
import { createMemoryPublisher } from '../../src/memory/memory-publisher.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { createLogHistory } from '../../src/nats/log-history.ts';
import { createRunStore } from '../../src/nats/store/run-store.ts';
import { createWorker } from '../../src/pipeline/output/worker.ts';
import { systemClock } from '../../src/pipeline/ports/ports.ts';
import { silentTelemetry } from '../../src/pipeline/ports/telemetry.ts';
import { createRunListener } from '../../src/pipeline/run-listener.ts';
import { claude } from '../support/claude-lines.ts';
import { useNatsServer } from '../support/nats.ts';
import { say, subjects } from '../support/service.ts';
import { shippedRules } from '../support/shipped-rules.ts';

/*
 * Exits and lines come from two streams: a worker may read a run's last lines before another one reads its exit.
 */
const nats = useNatsServer();
const { ruleSet } = await shippedRules();
const LINES = [claude.init(), claude.fails('OAuth token has expired', 401)];
const SETTLEMENT = { ack: () => undefined, retry: () => undefined, reject: () => undefined };

let lastRun = 0;
let published: ReturnType<typeof createMemoryPublisher>;
afterEach(() => expect(published.aborts.length).toBeLessThanOrEqual(1));

/** Workers over the real streams, which read what they are given and nothing else. */
async function setUp() {
  const buckets = await ensureStreams(nats.connection, subjects, 1);
  const history = createLogHistory(await nats.connection.jetstreamManager(), subjects);
  const errors: unknown[] = [];
  published = createMemoryPublisher();
  const options = {
    rules: () => ruleSet,
    policy: () => DEFAULT_POLICY,
    store: createRunStore(buckets.runs, (problem) => errors.push(problem)),
    history,
    publisher: published,
    drifts: createMemoryUnmatchedCounter(),
    clock: systemClock,
    telemetry: { ...silentTelemetry, messageRetried: ({ error }: { error: unknown }) => void errors.push(error) },
  };
  lastRun += 1;
  const run: Run = { agent: 'a1', execution: `e${lastRun}`, attempt: 1 };
  const exit = { schema: 'knell.run/v1', type: 'exited', ...run, at: new Date().toISOString(), code: 1 };
  const data = Buffer.from(LINES.map((line) => `${line}\n`).join(''));
  return {
    run,
    errors,
    storeLines: () => say(nats.connection, run, 'stdout', LINES, { 'Knell-Runtime': 'claude-code' }),
    storeExit: () => nats.connection.jetstream().publish(subjects.runs(run), JSON.stringify(exit)),
    readLines: async (seq: number) => {
      const header = (name: string) => (name === 'Knell-Runtime' ? 'claude-code' : undefined);
      const subject = subjects.logs(run, 'stdout');
      const message = { run, stream: 'stdout' as const, subject, data, seq, storedMs: Date.now(), labelled: true };
      await createWorker(options).handleLogs([{ ...message, header, ...SETTLEMENT }]);
    },
    readExit: () =>
      createRunListener(options).handleRun({
        run,
        subject: subjects.runs(run),
        data: Buffer.from(JSON.stringify(exit)),
        storedMs: Date.now(),
        ...SETTLEMENT,
      }),
  };
}

const last = (records: readonly FailureRecord[]) =>
  records.map(({ disposition, category }) => `${disposition} ${category}`);

test.each(['before', 'after'])(
  'a run whose exit was stored %s its lines, and is read after them, gets no command',
  async (when) => {
    const { errors, storeExit, storeLines, readLines, readExit } = await setUp();
    if (when === 'before') await storeExit();
    const seq = await storeLines();
    if (when === 'after') await storeExit();
    await readLines(seq);
    expect([published.aborts, last(published.records())]).toEqual([[], ['recorded auth.token_expired']]);
    await readExit();
    expect([published.aborts, last(published.records())]).toEqual([[], ['recorded auth.token_expired']]);
    expect(errors).toEqual([]);
  },
);

test('a run that lives gets one', async () => {
  const { errors, storeLines, readLines } = await setUp();
  await readLines(await storeLines());
  expect(published.aborts).toMatchObject([{ category: 'auth.token_expired' }]);
  expect(errors).toEqual([]);
});
