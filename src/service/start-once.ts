import { randomUUID } from 'node:crypto';
import type { JetStreamManager, NatsConnection } from 'nats';
import { DEFAULT_BUDGET } from '../classify/abort-budget.ts';
import { withFleetMode } from '../classify/policy.ts';
import { unreadableReason } from '../contracts/fleet-mode.ts';
import { createSubjects } from '../contracts/subjects.ts';
import { createAbortFeed } from '../nats/abort-feed.ts';
import { connectNats, withRights } from '../nats/connection.ts';
import { createUnmatchedCounter } from '../nats/drift-counter.ts';
import { ensureStreams, openProbes, openRules } from '../nats/ensure-streams.ts';
import { createPauseKeeper } from '../nats/keep-pauses.ts';
import { createLogBegin } from '../nats/log-begin.ts';
import { createLogHistory } from '../nats/log-history.ts';
import { createPublisher } from '../nats/publisher.ts';
import { startServerClock } from '../nats/server-clock.ts';
import { warnOfSingleCopies } from '../nats/single-copies.ts';
import { createAccountStore } from '../nats/store/account-store.ts';
import { createLogPausesStore } from '../nats/store/log-pauses-store.ts';
import { createRunStore } from '../nats/store/run-store.ts';
import { createStoreLossStore } from '../nats/store/store-loss-store.ts';
import { createSubscriptionStore } from '../nats/store/subscription-store.ts';
import { touchEntry } from '../nats/store/touch-entry.ts';
import { startDueWorker } from '../pipeline/due/due-worker.ts';
import { countMistake, type Mistake } from '../pipeline/fleet/count-mistake.ts';
import { COST_WINDOW_MS, createRuleCosts, RULE_SHARE } from '../pipeline/fleet/rule-costs.ts';
import { createRuleLedger } from '../pipeline/fleet/rule-ledger.ts';
import { createFloodGate } from '../pipeline/output/flood-gate.ts';
import { createRunTurns } from '../pipeline/run-turns.ts';
import { startAccount } from './account.ts';
import { type CandidateRuns, createCandidateRuns } from './candidate-runs.ts';
import { type FrontDoor, STARTING } from './front-door.ts';
import { lookOnReturn } from './look-on-return.ts';
import { DEFAULT_LAG_BOUNDS, obstaclesToReading, obstacleToReading } from './readiness.ts';
import { createReadingTelemetry } from './reading-telemetry.ts';
import { openRulesInForce } from './rules-in-force.ts';
import type { ServiceOptions } from './service-options.ts';
import { createShutdown } from './shutdown.ts';
import { openModes, startGuard } from './start-guard.ts';
import { startSources } from './start-sources.ts';
import { createSubscriptionTelemetry } from './subscription-telemetry.ts';
import { startSubscriptions } from './subscriptions.ts';
import { createTelemetry } from './telemetry.ts';
import { createUnreadableStates } from './unreadable-states.ts';
import { VERSION } from './version.ts';
import { watchConnection } from './watch-connection.ts';
import { watchReading } from './watch-reading.ts';
import { watchStreams } from './watch-streams.ts';
import { watchWrites } from './write-health.ts';

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
 * @param lastTry why the try before this one failed
 */
export async function startOnce(
  options: ServiceOptions,
  door: FrontDoor | undefined,
  lastTry: string | undefined,
): Promise<Service> {
  const { log, policy, unlabelled = 'lines' } = options;
  const shutdown = createShutdown();

  try {
    const subjects = createSubjects(options.prefix);
    const telemetry = createTelemetry(log);
    let readiness = (): string | undefined => (lastTry === undefined ? STARTING : `${STARTING} again: ${lastTry}`);
    door?.show({ registry: telemetry.registry, readiness: () => readiness() });
    const connection = await connectNats({ login: options.nats, name: 'knell', log });
    shutdown.closes(connection);
    // Output has a connection of its own: what is asked of the server must not wait behind megabytes of it.
    const output = await connectNats({ login: options.nats, name: 'knell output', log });
    shutdown.closes(output);
    const links = [watchConnection(connection), watchConnection(output)];
    const onReopened = (followed: string, reason: string): void =>
      log.warn({ followed, reason }, 'a watch did not go on by itself; opening it anew');
    const {
      runs,
      fleet,
      subscriptions: bucket,
    } = await withRights(connection, () => ensureStreams(connection, subjects, options.replicas, onReopened));
    await warnOfSingleCopies(connection, log);
    const manager: JetStreamManager = await connection.jetstreamManager();

    const clock = await startServerClock({
      bucket: await openProbes(connection, { replicas: options.replicas ?? 1 }),
      onError: (error) => log.warn({ err: error }, "the server's time is not known afresh; the last one is counted on"),
    });
    shutdown.onStop(async () => clock.stop());
    const readingTelemetry = createReadingTelemetry(log, telemetry.registry, clock, () => readiness());

    const writes = watchWrites({
      publisher: createPublisher(connection, manager, subjects, options.signing),
      clock,
      touch: {
        runs: (key) => touchEntry(runs, key),
        fleet: (key) => touchEntry(fleet, key),
        subscriptions: (key) => touchEntry(bucket, key),
      },
      tryEveryMs: options.lookEveryMs,
    });
    shutdown.onStop(async () => writes.stop());
    const { publisher } = writes;
    const account = startAccount(writes.account(createAccountStore(fleet)), clock, log);
    shutdown.onStop(() => account.stop());
    const watch = await watchReading({
      manager,
      subjects,
      clock,
      publisher,
      telemetry: readingTelemetry,
      account,
      log,
      options,
    });
    shutdown.onStop(() => watch.stop());

    const pausesStore = createLogPausesStore(fleet);
    const pauses = await pausesStore.get();
    const losses = createStoreLossStore(fleet);
    const logBegin = createLogBegin(manager, pauses, losses.get);
    const keepPauses = createPauseKeeper({
      store: pausesStore,
      known: pauses,
      clock,
      onError: (error) => log.warn({ err: error }, 'when the log stream fell silent could not be stored'),
    });
    const streams = watchStreams({
      connection,
      manager,
      subjects,
      clock,
      publisher,
      logBegin,
      keepPauses,
      losses,
      log,
      options,
    });
    shutdown.onStop(() => streams.stop());
    const returned = lookOnReturn(connection, [streams, watch]);
    shutdown.onStop(async () => returned.stop());

    const bounds = { ...DEFAULT_LAG_BOUNDS, ...options.lagBounds };
    const obstaclesNow = (): string | undefined => {
      if (links.some(({ isAway }) => isAway())) return 'the NATS server is away; reconnecting';
      if (returned.isUnseen()) return 'the NATS server has come back; looking at what it holds';
      const obstacles = [
        ...new Set(links.flatMap(({ refusal }) => refusal() ?? [])),
        ...obstaclesToReading(watch.reading(), bounds, clock.now()),
        ...streams.problems(),
        ...writes.health.obstacles(),
        unreadableReason(guard.mode()),
      ];
      return obstacles.filter((obstacle) => obstacle !== undefined).join('\n') || undefined;
    };
    shutdown.onStop(async () => door?.page.stop());

    const store = writes.runs(
      createRunStore(runs, createUnreadableStates({ registry: telemetry.registry, publisher, clock, log })),
    );
    const known = writes.subscriptions(createSubscriptionStore(bucket, () => undefined));
    const modes = writes.modes(openModes(fleet, options, log));
    const feed = createAbortFeed(connection.jetstream(), subjects, { trusted: options.signing?.trusted, onReopened });
    const guard = await startGuard({ feed, modes, publisher, store, known, clock, telemetry, log, options });
    shutdown.onStop(() => guard.stop());
    const worker = randomUUID().slice(0, 8);
    let candidateRuns: CandidateRuns | undefined;
    const inForce = await openRulesInForce(options, {
      connection,
      replicas: options.replicas,
      onReopened,
      worker,
      mode: policy().mode,
      publisher,
      clock,
      log,
      triedOn: (digest) => candidateRuns?.counts(digest) ?? { tried: 0, left_out: 0 },
    });
    shutdown.onStop(() => inForce.stop());
    const rules = inForce.current;
    candidateRuns = createCandidateRuns({
      manager,
      subjects,
      unlabelled,
      publisher,
      rules,
      candidate: inForce.candidate,
      policy,
      clock,
      log,
    });
    shutdown.onStop(async () => candidateRuns?.stop());
    const ledger = createRuleLedger(() => performance.now());
    const ports = {
      rules,
      policy: () => withFleetMode(policy(), guard.mode()),
      admit: guard.admit,
      mistaken: (mistake: Mistake) => countMistake({ modes, publisher, clock }, mistake),
      store,
      history: createLogHistory(manager, subjects, unlabelled, logBegin, losses.get),
      unlabelled,
      lastLoss: losses.get,
      publisher,
      drifts: writes.drifts(createUnmatchedCounter(fleet)),
      clock,
      telemetry,
      worker,
      ended: candidateRuns.take,
      flood: createFloodGate(),
      inTurn: createRunTurns(),
      costs: createRuleCosts({
        limit: RULE_SHARE,
        windowMs: COST_WINDOW_MS,
        nowMs: () => performance.now(),
        ...options.ruleCosts,
        rules,
        quarantined: guard.quarantined,
        ledger,
        onDear: guard.quarantine,
        onWindow: (share) => telemetry.rulesTimed({ share }),
      }),
    };
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
      bucket,
      watchWrites: writes.subscriptions,
      runs: store,
      publisher,
      clock,
      log,
      isReading: () => obstacleToReading(watch.reading(), bounds, clock.now()) === undefined,
      version: VERSION,
      events: readingTelemetry,
      telemetry: createSubscriptionTelemetry(log, telemetry.registry),
    });
    shutdown.onStop(() => subscriptions.stop());
    const dueWorker = await startDueWorker(ports);
    shutdown.onStop(() => dueWorker.stop());
    const sources = await startSources({
      connection,
      output,
      subjects,
      ports,
      account,
      telemetry,
      reading: readingTelemetry,
    });
    shutdown.onStop(() => Promise.all(sources.map((source) => source.stop())));
    for (const source of [...sources, ...subscriptions.sources]) watch.attach(source);
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
    readiness = obstaclesNow;
    shutdown.onStop(async () => {
      readiness = () => 'stopping';
    });
    options.onListening?.();
    log.info(
      { rules: rules().digest.slice(0, 12), packs: rules().packs.length, mode: policy().mode, http: door?.url },
      'knell is listening',
    );
    return { connection, httpUrl: door?.url, stop: shutdown.stop };
  } catch (error) {
    await shutdown.stop();
    throw error;
  }
}
