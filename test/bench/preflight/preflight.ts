import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { connect, type NatsConnection } from 'nats';
import { table } from '../../../src/cli/table.ts';
import { PreflightReply } from '../../../src/contracts/preflight.ts';
import { startEmbeddedServer } from '../../../src/nats/embedded-server.ts';
import { openSubscriptions } from '../../../src/nats/ensure-streams.ts';
import { ECHO_SUBJECT, isDead, recordOf } from './fleet.ts';

/*
 * Preflight against a bare NATS request and reply, in the same run, with a registry of 50,000 subscriptions of which a
 * third are dead. Both answer from one process of their own. Run it with:
 *
 *   npx tsc -p test/bench/preflight && node .knell/bench-preflight/test/bench/preflight/preflight.js
 */
const SUBSCRIPTIONS = Number(process.argv[2] ?? 50_000);
const ROUNDS = 5_000;
const WARM_UP = 500;

const server = await startEmbeddedServer();
const connection = await connect({ servers: server.url });
const responder = spawn(process.execPath, [fileURLToPath(new URL('./responder.js', import.meta.url)), server.url], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  // The responder creates what is missing and waits; then the registry is filled while it watches.
  await once(responder.stdout, 'data');
  const fillingMs = await timed(() => fill(connection));
  process.stdout.write(`${SUBSCRIPTIONS} subscriptions written in ${(fillingMs / 1_000).toFixed(1)} s\n`);
  const loadedMs = await timed(untilLoaded);
  process.stdout.write(`and known to the service ${loadedMs.toFixed(0)} ms later\n\n`);
  const rows: string[][] = [];
  for (const inFlight of [1, 16]) {
    const echo = await measure(inFlight, () => ask(ECHO_SUBJECT, '{}'));
    for (const [name, subject] of [
      ['healthy', pick((at) => !isDead(at))],
      ['dead, with alternatives', pick(isDead)],
      ['unknown', () => 'nobody-knows'],
    ] as const) {
      const preflight = await measure(inFlight, (round) =>
        ask('knell.preflight.check', JSON.stringify({ agent: `agent-${round % 500}`, subscription: subject(round) })),
      );
      rows.push([
        String(inFlight),
        name,
        ...[echo.p50, preflight.p50, echo.p99, preflight.p99, preflight.max].map((ms) => `${ms.toFixed(2)} ms`),
        (preflight.p50 / echo.p50).toFixed(2),
      ]);
    }
  }
  const headings = [
    'IN FLIGHT',
    'SUBSCRIPTION',
    'BARE P50',
    'PREFLIGHT P50',
    'BARE P99',
    'PREFLIGHT P99',
    'MAX',
    'RATIO P50',
  ];
  process.stdout.write(table(headings, rows));
} finally {
  responder.kill();
  await connection.close();
  await server.stop();
}

async function fill(to: NatsConnection): Promise<void> {
  const bucket = await openSubscriptions(to);
  const lanes = Array.from({ length: 64 }, async (_, lane) => {
    for (let at = lane; at < SUBSCRIPTIONS; at += 64) {
      const record = recordOf(at);
      await bucket.put(`subscription.${record.id}`, JSON.stringify(record));
    }
  });
  await Promise.all(lanes);
}

async function untilLoaded(): Promise<void> {
  for (;;) {
    const reply = await ask('knell.preflight.check', JSON.stringify({ subscription: recordOf(SUBSCRIPTIONS - 1).id }));
    if (PreflightReply.parse(JSON.parse(reply)).answer !== 'unknown') return;
  }
}

async function ask(subject: string, payload: string): Promise<string> {
  return (await connection.request(subject, payload, { timeout: 10_000 })).string();
}

/** Ids of some subscriptions of a kind, another one each round. */
function pick(fits: (at: number) => boolean): (round: number) => string {
  const ids = Array.from({ length: SUBSCRIPTIONS }, (_, at) => at).filter(fits);
  return (round) => recordOf(ids[(round * 7_919) % ids.length] as number).id;
}

async function measure(inFlight: number, work: (round: number) => Promise<unknown>) {
  const tookMs: number[] = [];
  let round = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (round < ROUNDS + WARM_UP) {
        const mine = round++;
        const ms = await timed(() => work(mine));
        if (mine >= WARM_UP) tookMs.push(ms);
      }
    }),
  );
  tookMs.sort((a, b) => a - b);
  const at = (share: number) => tookMs[Math.min(tookMs.length - 1, Math.floor(share * tookMs.length))] as number;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
