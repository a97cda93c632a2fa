import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import type { JetStreamManager, NatsConnection } from 'nats';
import { NO_FLEET_MODE } from '../../contracts/fleet-mode.ts';
import { BUCKETS, createSubjects, STREAMS, type Subjects } from '../../contracts/subjects.ts';
import { createLogger } from '../../logging/logger.ts';
import type { Login } from '../../login/login.ts';
import { readLogin } from '../../login/read-login.ts';
import { connectNats, withRights } from '../../nats/connection.ts';
import { createAccountStore } from '../../nats/store/account-store.ts';
import { type Bucket, openStored } from '../../nats/store/bucket.ts';
import { createFleetModeStore } from '../../nats/store/fleet-mode-store.ts';
import { createPointerStore } from '../../nats/store/pointer-store.ts';
import { createWorkerRulesStore } from '../../nats/store/worker-rules-store.ts';
import { lastMessage } from '../../nats/stored-message.ts';
import { type Environment, readEnvironment, UsageError } from '../../service/config.ts';
import { natsOption } from '../nats-option.ts';
import { coloursFor } from '../terminal/colour.ts';
import { untilAway } from '../until-away.ts';
import { type Check, failed, type Look, unfinished } from './check.ts';
import { judgeBalance, readBalance, remainderOf } from './look-at-account.ts';
import { lookAtClock } from './look-at-clock.ts';
import { lookAtConsumers, lookAtLag } from './look-at-consumers.ts';
import { lookAtDeadLetters } from './look-at-dead-letters.ts';
import { lookAtHost } from './look-at-host.ts';
import { lookAtKeys, lookAtRulesKeys } from './look-at-keys.ts';
import { lookAtNotices } from './look-at-notices.ts';
import { lookAtPermissions } from './look-at-permissions.ts';
import { lookAtReadiness } from './look-at-readiness.ts';
import { lookAtJetStream, lookAtServer } from './look-at-server.ts';
import { lookAtBuckets, lookAtStreams, streamInfo } from './look-at-streams.ts';
import { judgeMode, judgeRules, judgeWorkers, workersThatAnswer } from './look-at-workers.ts';
import { exitCodeFor, renderChecks } from './render-checks.ts';

interface DoctorOptions {
  readonly nats?: string;
  readonly http?: string;
  readonly account?: true;
  readonly json?: true;
}

/** How long to wait for the server, in milliseconds. */
const FIRST_TIMEOUT_MS = 3_000;

/** `knell doctor`: looks at everything that knell needs, changes nothing, and says what to mend. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('look at server, login, streams, workers, rules, keys, clocks and this host, and say what to mend')
    .addOption(natsOption())
    .option('--http <host:port>', "ask a worker's /readyz there too (or KNELL_HTTP)")
    .option('--account', 'only whether all output that was ever stored is accounted for')
    .option('--json', 'one check a row')
    .addHelpText(
      'after',
      `
Nothing is changed or created. Exits 0 when nothing failed (a warning keeps nothing from working), 1 when something has to be
mended, 3 when the server could not be reached.

Examples:
  knell doctor
  knell doctor --account
  knell doctor --json | jq 'select(.level != "ok")'`,
    )
    .action(async (options: DoctorOptions) => {
      const checks = await examine(options);
      process.stdout.write(
        options.json
          ? checks.map(({ unreachable: _, ...check }) => `${JSON.stringify(check)}\n`).join('')
          : renderChecks(checks, coloursFor(process.stdout)),
      );
      process.exitCode = exitCodeFor(checks);
    });
}

async function examine(options: DoctorOptions): Promise<readonly Check[]> {
  const environment = readEnvironment(process.env);
  const login = readLogin(options.nats, environment);
  const host = options.account ? [] : lookAtHost(process.env);
  if (!login) {
    if (options.account) throw new UsageError('which NATS server? Set NATS_URL or NATS_CONTEXT, or give --nats URL');
    const message =
      'none is named: set NATS_URL or NATS_CONTEXT, or give --nats URL. "knell serve --embedded" starts one';
    return [...host, failed('server', message)];
  }
  let connection: NatsConnection;
  try {
    connection = await connectNats({
      login,
      name: 'knell-doctor',
      log: createLogger('silent'),
      firstTimeoutMs: FIRST_TIMEOUT_MS,
    });
  } catch (error) {
    return [...host, { ...failed('server', (error as Error).message), unreachable: true }];
  }
  const over = new AbortController();
  try {
    const away = untilAway(connection, login.servers.join(', '), over.signal);
    const subjects = createSubjects(environment.KNELL_PREFIX);
    const looks = options.account
      ? accountLooks(connection)
      : serverLooks(connection, { login, environment, subjects, http: options.http ?? environment.KNELL_HTTP });
    const checks: Check[] = [...host];
    // One after the other: where the server refuses something, it is known to which of them that belongs.
    for (const [name, look] of Object.entries(looks)) {
      // What the server refuses is the answer to this look, and the end of any other.
      const looked = name === 'permissions' ? (async () => look())() : withRights(connection, async () => look());
      const found = await Promise.race([looked, away]).catch((error: unknown) => [unfinished(name, error)]);
      checks.push(...found);
      if (found.some(({ unreachable }) => unreachable)) break;
      // Without JetStream there is nothing more to look at.
      if (name === 'jetstream' && found.some(({ level }) => level === 'failed')) break;
    }
    return checks;
  } finally {
    over.abort();
    await connection.close();
  }
}

interface World {
  readonly login: Login;
  readonly environment: Environment;
  readonly subjects: Subjects;
  readonly http: string | undefined;
}

/** What is looked at on a server, in this order. */
function serverLooks(connection: NatsConnection, world: World): Readonly<Record<string, Look>> {
  const { login, environment, subjects, http } = world;
  const manager = (): Promise<JetStreamManager> => connection.jetstreamManager();
  const bucket = (name: string): Promise<Bucket | undefined> => openIfThere(connection, name);
  const bounds = { messages: environment.KNELL_LAG_MESSAGES, seconds: environment.KNELL_LAG_SECONDS };
  const workers = async () => {
    const found = await bucket(BUCKETS.workers);
    return found ? createWorkerRulesStore(found).list() : [];
  };
  const active = async () => {
    const found = await bucket(BUCKETS.rules);
    return found ? (await createPointerStore(found).get('active'))?.pointer : undefined;
  };
  const ifThere =
    (stream: string, look: (jetstream: JetStreamManager) => ReturnType<Look>): Look =>
    async () => {
      const jetstream = await manager();
      // That it is not there is told once, among the streams.
      return (await streamInfo(jetstream, stream)) ? look(jetstream) : [];
    };
  return {
    server: () => lookAtServer(connection, login),
    permissions: () => lookAtPermissions(connection, subjects),
    jetstream: () => lookAtJetStream(connection),
    streams: async () => lookAtStreams(await manager(), subjects),
    buckets: async () => lookAtBuckets(await manager()),
    consumers: ifThere(STREAMS.logs, (jetstream) => lookAtConsumers(jetstream, subjects)),
    clock: ifThere(STREAMS.notices, (jetstream) => lookAtClock(jetstream, STREAMS.notices)),
    workers: async () => judgeWorkers(await workersThatAnswer(connection), await workers()),
    rules: async () => judgeRules(await workers(), (await active())?.digest),
    mode: async () => {
      const fleet = await bucket(BUCKETS.fleet);
      return fleet ? judgeMode((await createFleetModeStore(fleet).get())?.mode ?? NO_FLEET_MODE) : [];
    },
    keys: async () => {
      const jetstream = await manager();
      const there = await streamInfo(jetstream, STREAMS.aborts);
      return lookAtKeys(environment, there && (await lastMessage(jetstream, STREAMS.aborts, subjects.all('aborts'))));
    },
    'rules keys': async () => lookAtRulesKeys(environment, await active()),
    readiness: () => (http === undefined ? [] : lookAtReadiness(http)),
    lag: ifThere(STREAMS.logs, (jetstream) => lookAtLag(jetstream, subjects, bounds)),
    'dead letters': ifThere(STREAMS.dead, lookAtDeadLetters),
    notices: ifThere(STREAMS.notices, (jetstream) => lookAtNotices(jetstream, subjects)),
  };
}

/** Workers store what they count every 10 s: so long the sum is given to come out even. */
const ACCOUNT_WITHIN_MS = 12_000;
const ACCOUNT_EVERY_MS = 500;

function accountLooks(connection: NatsConnection): Readonly<Record<string, Look>> {
  return {
    account: async () => {
      const fleet = await openIfThere(connection, BUCKETS.fleet);
      const manager = await connection.jetstreamManager();
      const read = async () => fleet && readBalance(manager, createAccountStore(fleet));
      const deadline = performance.now() + ACCOUNT_WITHIN_MS;
      for (;;) {
        const balance = await read();
        if (!balance) return [failed('account', 'no worker has ever run on this server. Start one: knell serve')];
        if (remainderOf(balance) <= 0 || performance.now() > deadline) return [judgeBalance(balance)];
        await pause(ACCOUNT_EVERY_MS);
      }
    },
  };
}

/** A bucket, which is not created where it is missing. */
async function openIfThere(connection: NatsConnection, name: string): Promise<Bucket | undefined> {
  const there = await streamInfo(await connection.jetstreamManager(), `KV_${name}`);
  return there && openStored(connection, name);
}
