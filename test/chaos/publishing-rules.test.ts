import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connect, headers, type NatsConnection } from 'nats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Archive } from '../../src/bundles/archive.ts';
import { budgetOf } from '../../src/classify/abort-budget.ts';
import { AbortCommand } from '../../src/contracts/abort-command.ts';
import type { Run } from '../../src/contracts/run.ts';
import type { WorkerRules } from '../../src/contracts/worker-rules.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { openRules, type RulesStores } from '../../src/nats/ensure-streams.ts';
import { RUNTIME_FACTS } from '../../src/ruleset/load/runtime-facts.ts';
import type { Service } from '../../src/service/service.ts';
import { bundleWith, pointerTo } from '../support/bundles.ts';
import { claude } from '../support/claude-lines.ts';
import { rulesFrom } from '../support/rules.ts';
import { say, startTestService, subjects, untilAllIsRead } from '../support/service.ts';

/** How often rules are published; 12 have each kind of bad bundle. `KNELL_PUBLISHES=1000` for the long form. */
const PUBLISHES = Number(process.env.KNELL_PUBLISHES ?? 12);
const WORKERS = 4;
/** The load: chunks of a healthy run's output, so many lines each, and so many chunks that no worker has read yet. */
const CHUNK_LINES = 200;
const UNREAD_CHUNKS = 8;
/** How often memory is looked at, and rules are gone back from at the end. */
const LOOKS = 20;
const ROLLBACKS = Math.min(20, PUBLISHES);
/** Every run is doomed here; that is no reason to doubt the rule. */
const budget = budgetOf(1_000_000, 1_000_000);

const store = mkdtempSync(join(tmpdir(), 'knell-publishing-'));
const folder = rulesFrom('pack: acme\nrules: [{ id: own, match: [{ event: result, text: own }] }]');
let server: EmbeddedServer;
let connection: NatsConnection;
let stores: RulesStores;
const services: Service[] = [];

beforeAll(async () => {
  server = await startEmbeddedServer({ storeDir: store });
  connection = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
  for (let n = 0; n < WORKERS; n += 1) {
    services.push(
      await startTestService(server.url, folder, undefined, { published: { load: RUNTIME_FACTS }, budget }),
    );
  }
  stores = await openRules(connection);
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await connection?.close();
  await server?.stop();
  rmSync(store, { recursive: true, force: true });
});

/** Once more while the server is away. */
async function stubbornly<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** A bundle that no worker may take, and the bytes that are stored under its name. */
function spoilt(n: number): { archive: Archive; bytes: Buffer } {
  const version = `1.0.${n}`;
  const broken = bundleWith({ version, says: 'Licence (expired' });
  const fine = bundleWith({ version, says: 'Licence expired' });
  const older = bundleWith({ version: '0.9.0' });
  const archive = [broken, fine, older][Math.floor(n / 3) % 3] as Archive;
  return { archive, bytes: archive === fine ? fine.bytes.subarray(0, -2) : archive.bytes };
}

/** Has a healthy run talk as fast as workers read, until it is told to stop; says how many lines that were. */
function keepTalking(): { stop(): Promise<number> } {
  const run = { agent: 'busy', execution: 'healthy', attempt: 1 };
  const chunk = [claude.init(), ...Array.from({ length: CHUNK_LINES - 1 }, (_, n) => claude.says(`step ${n}`))];
  const data = chunk.map((line) => `${line}\n`).join('');
  // An answer that the server took with it is not waited for long.
  const stream = connection.jetstream({ timeout: 2_000 });
  let isOver = false;
  let chunks = 0;
  const talking = (async () => {
    while (!isOver) {
      const head = headers();
      head.set('Knell-Runtime', 'claude-code');
      await stubbornly(() =>
        stream.publish(subjects.logs(run, 'stdout'), data, { headers: head, msgID: `busy ${chunks}` }),
      );
      chunks += 1;
      while (!isOver && (await stubbornly(unread)) > UNREAD_CHUNKS)
        await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  return {
    async stop() {
      isOver = true;
      await talking;
      return chunks * CHUNK_LINES;
    },
  };
}

async function unread(): Promise<number> {
  const manager = await connection.jetstreamManager();
  const { num_pending, num_ack_pending } = await manager.consumers.info('KNELL_LOGS', 'knell_workers');
  return num_pending + num_ack_pending;
}

/** What is in use when all garbage is gone, in bytes. */
function settledMemory(): { readonly heap: number; readonly rss: number } {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, rss };
}

/** Looks until something is so: the poll of `expect` keeps a little of each time, which is not what is measured here. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 300_000;
  while (!(await stubbornly(isSo))) {
    if (performance.now() > endMs) throw new Error('it never came');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Settles when all workers say so. */
const untilAll = (says: (worker: WorkerRules) => boolean) =>
  until(async () => (await stores.workers.list()).filter(says).length === WORKERS);

/** Settles when a run has its command, and says that it has exited: nobody remembers it as alive then. */
async function beEnded(run: Run): Promise<void> {
  const manager = await connection.jetstreamManager();
  const command = { last_by_subj: subjects.aborts(run) };
  await until(() =>
    manager.streams.getMessage('KNELL_ABORTS', command).then(
      () => true,
      () => false,
    ),
  );
  const exited = { schema: 'knell.run/v1', type: 'exited', ...run, at: new Date().toISOString(), code: 143 };
  const stream = connection.jetstream({ timeout: 2_000 });
  await stubbornly(() =>
    stream.publish(subjects.runs(run), JSON.stringify(exited), { msgID: `${run.execution} exit` }),
  );
}

const middle = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

it(
  `${PUBLISHES} publications under load, a third of them bad, and the server away in the middle`,
  async () => {
    const good = new Set<string>([folder.digest]);
    const runs: Run[] = [];
    const times: number[] = [];
    const memory: { readonly heap: number; readonly rss: number }[] = [];
    const load = keepTalking();
    let lastGood: string | undefined;
    let goodBefore: string | undefined;
    for (let n = 1; n <= PUBLISHES; n += 1) {
      const isBad = n % 3 === 0;
      const { archive, bytes } = isBad ? spoilt(n) : withBytes(bundleWith({ version: `1.0.${n}` }));
      if (!isBad) good.add(archive.digest);
      const startMs = performance.now();
      await stubbornly(async () =>
        (await connection.jetstream().views.os('knell_bundles')).putBlob({ name: archive.digest }, bytes),
      );
      await stubbornly(async () => {
        const before = await stores.pointers.get('active');
        if (before?.pointer?.serial === n) return;
        const pointer = pointerTo(archive.digest, lastGood === undefined ? {} : { previous: lastGood }, n);
        if (!(await stores.pointers.put(pointer, before?.revision ?? 0))) throw new Error('raced');
      });
      const inForce = isBad ? lastGood : archive.digest;
      if (!isBad) [goodBefore, lastGood] = [lastGood, archive.digest];
      const run = { agent: 'a1', execution: `e${n}`, attempt: 1 };
      runs.push(run);
      const lines = [claude.init(), claude.says(`run ${n}`), claude.fails('Licence expired', 402)];
      // The first runs come before any rule knows the words; they would rightly end nobody.
      if (n > 1)
        await stubbornly(() =>
          say(connection, run, 'stdout', lines, { 'Knell-Runtime': 'claude-code', 'Nats-Msg-Id': `${n}` }),
        );
      if (n === Math.ceil(PUBLISHES / 2)) {
        await server.stop('kill');
        server = await startEmbeddedServer({ storeDir: store, port: server.port });
      }
      await untilAll(({ digest, refused }) => digest === inForce && (!isBad || refused?.serial === n));
      if (!isBad) times.push(performance.now() - startMs);
      if (n > 1) await beEnded(run);
      if (n % Math.max(1, Math.floor(PUBLISHES / LOOKS)) === 0) memory.push(settledMemory());
    }
    const back: number[] = [];
    for (let n = 1; n <= ROLLBACKS; n += 1) {
      const digest = n % 2 === 1 ? goodBefore : lastGood;
      const before = await stores.pointers.get('active');
      const startMs = performance.now();
      await stores.pointers.put(pointerTo(digest, { action: 'rollback' }, PUBLISHES + n), before?.revision ?? 0);
      await untilAll((worker) => worker.digest === digest);
      back.push(performance.now() - startMs);
    }
    const lines = await load.stop();
    await stubbornly(() => untilAllIsRead(connection));
    const manager = await connection.jetstreamManager();
    for (const run of runs.slice(1)) {
      const stored = await manager.streams.getMessage('KNELL_ABORTS', { last_by_subj: subjects.aborts(run) });
      expect(good).toContain(AbortCommand.parse(stored.json()).rule.digest);
    }
    // What a healthy run says ends nobody, whatever was published meanwhile.
    expect((await manager.streams.info('KNELL_ABORTS')).state.messages).toBe(runs.length - 1);
    const seconds = (ms: number): string => (ms / 1_000).toFixed(3);
    const mb = (of: 'heap' | 'rss'): string => memory.map((one) => Math.round(one[of] / 1e6)).join(' ');
    process.stderr.write(
      `publish to last of ${WORKERS} workers: median ${seconds(middle(times))} s, worst ${seconds(Math.max(...times))} s; ${lines} healthy lines beside them
rollback to last of them: median ${seconds(middle(back))} s, worst ${seconds(Math.max(...back))} s
memory in ${memory.length} looks, MB: heap ${mb('heap')}; resident ${mb('rss')}\n`,
    );
    const [first, last] = [memory.slice(0, memory.length / 2), memory.slice(memory.length / 2)].map((half) =>
      middle(half.map(({ heap }) => heap)),
    );
    // A leak of what belongs to one publication would be seen from some hundred of them on.
    if (PUBLISHES >= 200) expect(last).toBeLessThan((first ?? 0) * 1.15);
  },
  600_000 + PUBLISHES * 5_000,
);

function withBytes(archive: Archive): { archive: Archive; bytes: Buffer } {
  return { archive, bytes: archive.bytes };
}
