import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { connect, type NatsConnection } from 'nats';
import { PreflightReply } from '../../src/contracts/preflight.ts';
import { startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { openSubscriptions } from '../../src/nats/ensure-streams.ts';
import type { BenchOptions } from './bench-engine.ts';
import { type Figure, figure } from './measure.ts';
import { ECHO_SUBJECT, isDead, recordOf } from './preflight/fleet.ts';
import { compare, type Row } from './row.ts';

const SUBSCRIPTIONS = 50_000;
const REQUESTS = 5_000;
const WARM_UP = 500;

/** Preflight beside a bare request and reply of the same process, with a registry of which a third is dead. */
export async function benchPreflight({ say }: BenchOptions): Promise<Row[]> {
  const server = await startEmbeddedServer();
  const connection = await connect({ servers: server.url });
  const program = fileURLToPath(new URL('./preflight/responder.js', import.meta.url));
  const responder = spawn(process.execPath, [program, server.url], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ask: Ask = async (subject, payload) =>
    (await connection.request(subject, payload, { timeout: 10_000 })).string();
  try {
    // The responder creates what is missing and waits; then the registry is filled while it watches.
    await once(responder.stdout, 'data');
    await fill(connection);
    say(`${SUBSCRIPTIONS} subscriptions are in the registry`);
    const loadedMs = await timed(() => untilLoaded(ask));
    say(`the service knew them ${loadedMs.toFixed(0)} ms later`);
    const rows: Row[] = [];
    for (const inFlight of [1, 16]) {
      const echo = await timeAll('a bare request', inFlight, () => ask(ECHO_SUBJECT, '{}'));
      for (const [name, subject] of [
        ['healthy', pick((at) => !isDead(at))],
        ['dead, with alternatives', pick(isDead)],
        ['unknown', () => 'nobody-knows'],
      ] as const) {
        const preflight = await timeAll('knell', inFlight, (round) =>
          ask('knell.preflight.check', JSON.stringify({ agent: `agent-${round % 500}`, subscription: subject(round) })),
        );
        rows.push(compare(`preflight, ${name}, ${inFlight} in flight`, preflight, echo));
      }
    }
    return rows;
  } finally {
    responder.kill();
    await connection.close();
    await server.stop();
  }
}

type Ask = (subject: string, payload: string) => Promise<string>;

async function fill(to: NatsConnection): Promise<void> {
  const bucket = await openSubscriptions(to);
  const queue = Array.from({ length: 64 }, async (_, lane) => {
    for (let at = lane; at < SUBSCRIPTIONS; at += 64) {
      const record = recordOf(at);
      await bucket.put(`subscription.${record.id}`, JSON.stringify(record));
    }
  });
  await Promise.all(queue);
}

async function untilLoaded(ask: Ask): Promise<void> {
  for (;;) {
    const reply = await ask('knell.preflight.check', JSON.stringify({ subscription: recordOf(SUBSCRIPTIONS - 1).id }));
    if (PreflightReply.parse(JSON.parse(reply)).answer !== 'unknown') return;
  }
}

/** Ids of some subscriptions of a kind, another one each round. */
function pick(fits: (at: number) => boolean): (round: number) => string {
  const ids = Array.from({ length: SUBSCRIPTIONS }, (_, at) => at).filter(fits);
  return (round) => recordOf(ids[(round * 7_919) % ids.length] as number).id;
}

/** The median of many, and the middle half of them. */
async function timeAll(name: string, inFlight: number, work: (round: number) => Promise<unknown>): Promise<Figure> {
  const tookMs: number[] = [];
  let round = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (round < REQUESTS + WARM_UP) {
        const mine = round++;
        const ms = await timed(() => work(mine));
        if (mine >= WARM_UP) tookMs.push(ms);
      }
    }),
  );
  tookMs.sort((one, other) => one - other);
  const at = (share: number): number => tookMs[Math.floor(share * (tookMs.length - 1))] ?? Number.NaN;
  return { ...figure(name, 'ms', tookMs), spread: [at(0.25), at(0.75)] };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
