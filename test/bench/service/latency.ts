import { AckPolicy, headers, type NatsConnection } from 'nats';
import type { Run } from '../../../src/contracts/run.ts';
import { createSubjects, STREAMS } from '../../../src/contracts/subjects.ts';
import { claude } from '../../support/claude-lines.ts';
import { startKnell, startPart } from './child.ts';
import { ECHO } from './echo-worker.ts';
import type { LoaderReport } from './loader.ts';
import { RULES } from './throughput.ts';
import { untilRead, type World } from './world.ts';

const subjects = createSubjects();
const DOOM = claude.fails('Failed to authenticate. API Error: 401 OAuth access token has expired.', 401);

/** Milliseconds from the publication to the answer, for each time. */
export interface Latencies {
  readonly command: readonly number[];
  readonly echo: readonly number[];
  /** 16 KiB chunks a second that were really sent meanwhile. */
  readonly chunksPerSecond: number;
}

/**
 * Times evidence to abort command and a bare echo, turn by turn, on one server, while a loader sends healthy output.
 *
 * @param chunksPerSecond the load; 0 for none
 */
export async function measureLatency(world: World, times: number, chunksPerSecond: number): Promise<Latencies> {
  const { connection, manager, natsUrl } = world;
  await manager.streams
    .add({ name: ECHO.stream, subjects: ['bench.echo.>'] })
    .catch(() => manager.streams.purge(ECHO.stream));
  await manager.consumers.add(ECHO.stream, {
    durable_name: ECHO.durable,
    filter_subject: ECHO.into,
    ack_policy: AckPolicy.Explicit,
  });
  const knell = await startKnell({ natsUrl, rules: RULES });
  const echo = startPart('echo-worker', { natsUrl });
  await echo.next();
  await untilRead(manager, STREAMS.logs, 'knell_workers');
  const name = `p${Date.now().toString(36)}`;
  const runs = Array.from(
    { length: times + WARM_UP },
    (_, index): Run => ({
      agent: 'probe',
      execution: `${name}-${index}`,
      attempt: 1,
    }),
  );
  const waiting = new Map<string, () => void>();
  const listen = (subject: string) =>
    connection.subscribe(subject, { callback: (_, message) => waiting.get(message.subject)?.() });
  const subscriptions = [listen('knell.aborts.>'), listen(`${ECHO.out}.>`)];
  const timed = async (subject: string, send: () => void): Promise<number> => {
    const came = new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`nothing came on ${subject}`)), 30_000);
      waiting.set(subject, () => {
        clearTimeout(late);
        resolve();
      });
    });
    const startedMs = performance.now();
    send();
    await came;
    return performance.now() - startedMs;
  };

  for (const run of runs) say(connection, run, 0, [claude.init(), claude.says('I read the sources first.')]);
  await connection.flush();
  await untilRead(manager, STREAMS.logs, 'knell_workers');
  const loader =
    chunksPerSecond > 0
      ? startPart('loader', { natsUrl, perSecond: chunksPerSecond, forMs: 600_000, name: `${name}l` })
      : undefined;
  await loader?.next();
  const before = { at: performance.now(), messages: (await manager.streams.info(STREAMS.logs)).state.messages };
  const [command, echoed]: number[][] = [[], []];
  for (const [index, run] of runs.entries()) {
    const one = await timed(subjects.aborts(run), () => say(connection, run, 2, [DOOM]));
    const key = `${name}-${index}`;
    const other = await timed(`${ECHO.out}.${key}`, () => void connection.jetstream().publish(ECHO.into, key));
    if (index >= WARM_UP) {
      command?.push(one);
      echoed?.push(other);
    }
    await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 10));
  }
  const seconds = (performance.now() - before.at) / 1_000;
  const sent = (await manager.streams.info(STREAMS.logs)).state.messages - before.messages - runs.length;
  for (const subscription of subscriptions) subscription.unsubscribe();
  await loader?.end('SIGKILL');
  await Promise.all([knell.end(), echo.end()]);
  return { command: command ?? [], echo: echoed ?? [], chunksPerSecond: sent / seconds };
}

/** Turns that are not counted: the compiler of the engine has to warm up on both sides. */
const WARM_UP = 50;

function say(connection: NatsConnection, run: Run, firstLine: number, lines: readonly string[]): void {
  const head = headers();
  head.set('Knell-Runtime', 'claude-code');
  head.set('Knell-Subscription', 'team-a');
  head.set('Knell-Line', String(firstLine));
  head.set('Knell-Time', new Date().toISOString());
  const data = lines.map((line) => `${line}\n`).join('');
  void connection.jetstream().publish(subjects.logs(run, 'stdout'), data, { headers: head });
}

export type { LoaderReport };
