import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Archive } from '../../src/bundles/archive.ts';
import { budgetOf } from '../../src/classify/abort-budget.ts';
import { AbortCommand } from '../../src/contracts/abort-command.ts';
import type { Run } from '../../src/contracts/run.ts';
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

it(
  `${PUBLISHES} publications under load, a third of them bad, and the server away in the middle`,
  async () => {
    const good = new Set<string>([folder.digest]);
    const runs: Run[] = [];
    const times: number[] = [];
    let lastGood: string | undefined;
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
      if (!isBad) lastGood = archive.digest;
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
      await expect
        .poll(
          () =>
            stubbornly(
              async () =>
                (await stores.workers.list()).filter(({ digest, refused }) =>
                  isBad ? digest === lastGood && refused?.serial === n : digest === archive.digest,
                ).length,
            ),
          { timeout: 300_000, interval: 20 },
        )
        .toBe(WORKERS);
      if (!isBad) times.push(performance.now() - startMs);
    }
    await stubbornly(() => untilAllIsRead(connection));
    const manager = await connection.jetstreamManager();
    for (const run of runs.slice(1)) {
      const stored = await manager.streams.getMessage('KNELL_ABORTS', { last_by_subj: subjects.aborts(run) });
      expect(good).toContain(AbortCommand.parse(stored.json()).rule.digest);
    }
    times.sort((a, b) => a - b);
    const seconds = (ms: number | undefined): string => ((ms ?? 0) / 1_000).toFixed(3);
    process.stderr.write(
      `publish to last of ${WORKERS} workers: median ${seconds(times[Math.floor(times.length / 2)])} s, worst ${seconds(times.at(-1))} s, heap ${Math.round(process.memoryUsage().heapUsed / 1e6)} MB\n`,
    );
  },
  600_000 + PUBLISHES * 5_000,
);

function withBytes(archive: Archive): { archive: Archive; bytes: Buffer } {
  return { archive, bytes: archive.bytes };
}
