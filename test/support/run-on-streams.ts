import type { NatsConnection } from 'nats';
import { DEFAULT_POLICY } from '../../src/classify/policy.ts';
import type { LogPauses } from '../../src/contracts/log-pauses.ts';
import type { Run, StreamName } from '../../src/contracts/run.ts';
import { createMemoryUnmatchedCounter } from '../../src/memory/memory-fleet.ts';
import { createMemoryPublisher } from '../../src/memory/memory-publisher.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { createLogBegin } from '../../src/nats/log-begin.ts';
import { createLogHistory } from '../../src/nats/log-history.ts';
import { createRunStore } from '../../src/nats/store/run-store.ts';
import { createStoreLossStore } from '../../src/nats/store/store-loss-store.ts';
import { handleDue } from '../../src/pipeline/due/handle-due.ts';
import { createWorker } from '../../src/pipeline/output/worker.ts';
import { decisionContext } from '../../src/pipeline/pipeline-options.ts';
import { systemClock } from '../../src/pipeline/ports/ports.ts';
import { silentTelemetry } from '../../src/pipeline/ports/telemetry.ts';
import { createRunListener } from '../../src/pipeline/run-listener.ts';
import { updateRun } from '../../src/pipeline/update-run.ts';
import { say, subjects } from './service.ts';
import { shippedRules } from './shipped-rules.ts';

const { ruleSet } = await shippedRules();
const SETTLEMENT = { ack: () => undefined, retry: () => undefined, reject: () => undefined };

let lastRun = 0;

/**
 * A run over the real streams, and the worker and listener that take in what it prints and its host says, as soon as that is stored.
 *
 * @param onError called with what they would try again
 * @param pauses of the log stream, as other workers saw them before
 */
export async function setUpRun(connection: NatsConnection, onError: (error: unknown) => void, pauses?: LogPauses) {
  const buckets = await ensureStreams(connection, subjects, 1);
  const manager = await connection.jetstreamManager();
  const losses = createStoreLossStore(buckets.fleet);
  const publisher = createMemoryPublisher();
  const options = {
    rules: () => ruleSet,
    policy: () => DEFAULT_POLICY,
    store: createRunStore(buckets.runs, onError),
    history: createLogHistory(manager, subjects, undefined, createLogBegin(manager, pauses, losses.get), losses.get),
    lastLoss: losses.get,
    publisher,
    drifts: createMemoryUnmatchedCounter(),
    clock: systemClock,
    telemetry: { ...silentTelemetry, messageRetried: ({ error }: { error: unknown }) => onError(error) },
  };
  const worker = createWorker(options);
  const numbered = { stdout: 0, stderr: 0 };
  const { streams } = manager;
  /** Settings of the log stream for a moment, which drop what stands there. */
  const setFor = async (settings: object, until: () => Promise<unknown>) => {
    const { config } = await streams.info('KNELL_LOGS');
    await streams.update('KNELL_LOGS', { ...config, ...settings });
    await until();
    await streams.update('KNELL_LOGS', config);
  };
  const another = { agent: 'another', execution: 'e', attempt: 1 };
  const speak = () => say(connection, another, 'stdout', ['on it']);
  lastRun += 1;
  const run: Run = { agent: 'a1', execution: `e${lastRun}`, attempt: 1 };
  const tell = async (type: string, more = {}, laterMs = 0) => {
    const event = { schema: 'knell.run/v1', type, ...run, at: new Date().toISOString(), ...more };
    const data = Buffer.from(JSON.stringify(event));
    const subject = subjects.runs(run);
    await connection.jetstream().publish(subject, data);
    await createRunListener(options).handleRun({ run, subject, data, storedMs: Date.now() + laterMs, ...SETTLEMENT });
  };
  return {
    publisher,
    tell,
    speak,
    /** As a service looks at the stream every ten seconds. */
    look: () => options.history.begin(),
    letAge: () =>
      setFor({ max_age: 100e6, duplicate_window: 100e6 }, async () => {
        while ((await streams.info('KNELL_LOGS')).state.messages > 0) await new Promise(setImmediate);
      }),
    keepOne: () => setFor({ max_msgs: 1 }, speak),
    keepOneEach: async () => {
      const { config } = await streams.info('KNELL_LOGS');
      await streams.update('KNELL_LOGS', { ...config, max_msgs_per_subject: 1 });
    },
    deleteLast: async () => streams.deleteMessage('KNELL_LOGS', (await streams.info('KNELL_LOGS')).state.last_seq),
    async print(lines: readonly string[], labels: Readonly<Record<string, string>>, stream: StreamName = 'stdout') {
      const head = { 'Knell-Line': String(numbered[stream]), ...labels };
      numbered[stream] += lines.length;
      const seq = await say(connection, run, stream, lines, head);
      const { time, subject, data } = await manager.streams.getMessage('KNELL_LOGS', { seq });
      const message = { run, stream, subject, data: Buffer.from(data), seq, storedMs: time.getTime() };
      const header = (name: string) => (head as Readonly<Record<string, string>>)[name];
      await worker.handleLogs([{ ...message, header, labelled: true, ...SETTLEMENT }]);
    },
    /** Other runs print so much that the stream drops all of this one. */
    async dropAll() {
      const { config } = await manager.streams.info('KNELL_LOGS');
      await manager.streams.update('KNELL_LOGS', { ...config, max_msgs: 1 });
      await say(connection, { ...run, agent: 'another' }, 'stdout', ['on it']);
      await manager.streams.update('KNELL_LOGS', { ...config, max_msgs: 1_000 });
    },
    /** What is due after so many milliseconds; where a host sees the process tree, it has seen it idle all the time. */
    async goOn(forMs: number, isSeen = false) {
      const context = { ...decisionContext(options), nowMs: Date.now() + forMs };
      const tree = { tree: { processes: 0, tools: 0, cpu_ms: 1, idle_ms: forMs }, storedMs: context.nowMs };
      const history = { ...options.history, ...(isSeen && { lastTree: async () => tree }) };
      await updateRun(options, run, (state) => handleDue(state, ruleSet, history, context));
    },
    stateNow: async () => (await options.store.get(run))?.state,
  };
}

/** Takes all streams and buckets from the server, as where its disk is lost. */
export async function emptyStore(connection: NatsConnection): Promise<void> {
  const { streams } = await connection.jetstreamManager();
  for await (const { config } of streams.list()) await streams.delete(config.name);
}
