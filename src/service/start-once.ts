import type { NatsConnection } from 'nats';
import { DEFAULT_BUDGET } from '../classify/abort-budget.ts';
import { unreadableReason } from '../contracts/fleet-mode.ts';
import { createSubjects } from '../contracts/subjects.ts';
import { openRules } from '../nats/ensure-streams.ts';
import { startDueWorker } from '../pipeline/due/due-worker.ts';
import type { FrontDoor } from './front-door.ts';
import { openPorts } from './open-ports.ts';
import { openServer } from './open-server.ts';
import { createReadingTelemetry } from './reading-telemetry.ts';
import type { ServiceOptions } from './service-options.ts';
import { createShutdown, type Shutdown } from './shutdown.ts';
import { startSources } from './start-sources.ts';
import type { StartWait } from './start-wait.ts';
import { createSubscriptionTelemetry } from './subscription-telemetry.ts';
import { startSubscriptions } from './subscriptions.ts';
import { createTelemetry } from './telemetry.ts';
import { unlessAborted } from './unless-aborted.ts';
import { VERSION } from './version.ts';
import { watchServer } from './watch-server.ts';

export interface Service {
  readonly connection: NatsConnection;
  /** Where the service's own HTTP is, when it was asked for. */
  readonly httpUrl: string | undefined;
  /** Takes no more work, finishes what is under way, and leaves. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts the service, or stops what had started and throws. The order is the doc comment's of `startService`.
 *
 * @param door where its HTTP is, when it was asked for; it stays open
 * @param wait what it waits for
 * @throws what a step throws; the reason of `options.signal` as soon as that is aborted
 */
export async function startOnce(
  options: ServiceOptions,
  door: FrontDoor | undefined,
  wait: StartWait,
): Promise<Service> {
  const shutdown = createShutdown();
  try {
    const connection = await unlessAborted(startAll(options, door, wait, shutdown), options.signal);
    return { connection, httpUrl: door?.url, stop: shutdown.stop };
  } catch (error) {
    await shutdown.stop();
    throw error;
  }
}

/** @returns the connection */
async function startAll(
  options: ServiceOptions,
  door: FrontDoor | undefined,
  wait: StartWait,
  shutdown: Shutdown,
): Promise<NatsConnection> {
  const { log, policy, unlabelled = 'lines' } = options;
  const subjects = createSubjects(options.prefix);
  const telemetry = createTelemetry(log);
  let readiness: () => string | undefined = wait.readiness;
  door?.show({ registry: telemetry.registry, readiness: () => readiness() });

  const server = await openServer(options, subjects, wait, shutdown);
  const { connection, output, manager, buckets, clock } = server;
  const reading = createReadingTelemetry(log, telemetry.registry, clock, () => readiness());
  const watched = await watchServer(options, server, subjects, reading, shutdown);
  const { writes, account } = watched;
  shutdown.onStop(async () => door?.page.stop());
  const opened = await openPorts(options, server, watched, subjects, telemetry, shutdown);
  const { ports, guard, known, modes, ledger } = opened;
  const { store, publisher, rules, worker } = ports;

  const forwarders = options.fluentd
    ? (await import('./forwarders.ts')).createForwarders(connection, options.fluentd, log)
    : [];
  for (const forwarder of forwarders) {
    forwarder.start();
    shutdown.onStop(() => forwarder.stop());
  }
  const subscriptions = await startSubscriptions({
    connection,
    subjects,
    bucket: buckets.subscriptions,
    watchWrites: writes.subscriptions,
    runs: store,
    publisher,
    clock,
    log,
    isReading: watched.isReading,
    version: VERSION,
    events: reading,
    telemetry: createSubscriptionTelemetry(log, telemetry.registry),
  });
  shutdown.onStop(() => subscriptions.stop());
  const dueWorker = await startDueWorker(ports);
  shutdown.onStop(() => dueWorker.stop());
  const sources = await startSources({ connection, output, subjects, ports, account, telemetry, reading });
  shutdown.onStop(() => Promise.all(sources.map((source) => source.stop())));
  for (const source of [...sources, ...subscriptions.sources]) watched.attach(source);
  // What follows waits for nothing: whoever is told to stop by now says nothing of listening.
  options.signal?.throwIfAborted();
  door?.page.open({
    connection,
    manager,
    login: options.nats,
    subjects,
    unlabelled,
    store,
    history: ports.history,
    modes,
    subscriptions: { store: known, view: subscriptions.view, clock },
    clock,
    budget: options.budget ?? DEFAULT_BUDGET,
    worker,
    signed: options.signing !== undefined,
    readiness: () => readiness(),
    fleetMode: guard.mode,
    mode: () => ports.policy().mode,
    rules,
    ruleCosts: () => ledger.costs(rules().digest),
    rulesStores: () => openRules(connection, options.replicas),
    rulesFolder: options.rulesFolder?.path,
    load: { ...(options.published?.load ?? options.rulesFolder?.load), engine: VERSION },
    rulesSigning: options.rulesSigning,
  });
  readiness = () =>
    [...watched.obstacles(), unreadableReason(guard.mode())].filter((one) => one !== undefined).join('\n') || undefined;
  shutdown.onStop(async () => {
    readiness = () => 'stopping';
  });
  log.info(
    { rules: rules().digest.slice(0, 12), packs: rules().packs.length, mode: policy().mode, http: door?.url },
    'knell is listening',
  );
  return connection;
}
