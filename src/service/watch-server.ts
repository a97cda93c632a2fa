import type { Subjects } from '../contracts/subjects.ts';
import { paceWarnings } from '../logging/pace-warnings.ts';
import type { MessageSource } from '../nats/consume/message-source.ts';
import { createPauseKeeper } from '../nats/keep-pauses.ts';
import { createLogBegin } from '../nats/log-begin.ts';
import { createPublisher } from '../nats/publisher.ts';
import { createAccountStore } from '../nats/store/account-store.ts';
import { createLogPausesStore } from '../nats/store/log-pauses-store.ts';
import { createStoreLossStore } from '../nats/store/store-loss-store.ts';
import { touchEntry } from '../nats/store/touch-entry.ts';
import { startAccount } from './account.ts';
import { lookOnReturn } from './look-on-return.ts';
import type { OpenedServer } from './open-server.ts';
import { DEFAULT_LAG_BOUNDS, obstaclesToReading, obstacleToReading } from './readiness.ts';
import type { ReadingTelemetry } from './reading-telemetry.ts';
import type { ServiceOptions } from './service-options.ts';
import type { Shutdown } from './shutdown.ts';
import { watchReading } from './watch-reading.ts';
import { watchStreams } from './watch-streams.ts';
import { watchWrites } from './write-health.ts';

export type WatchedServer = Awaited<ReturnType<typeof watchServer>>;

/** Looks after all that the service writes to the server, reads from it and keeps on it, and says what is wrong with that. */
export async function watchServer(
  options: ServiceOptions,
  server: OpenedServer,
  subjects: Subjects,
  telemetry: ReadingTelemetry,
  shutdown: Shutdown,
) {
  const { connection, links, manager, clock } = server;
  const { runs, fleet, subscriptions } = server.buckets;
  const { log } = options;
  const warn = paceWarnings(log);

  const writes = watchWrites({
    publisher: createPublisher(connection, manager, subjects, options.signing),
    manager,
    subjects,
    clock,
    touch: {
      runs: (key) => touchEntry(runs, key),
      fleet: (key) => touchEntry(fleet, key),
      subscriptions: (key) => touchEntry(subscriptions, key),
    },
    tryEveryMs: options.lookEveryMs,
  });
  shutdown.onStop(async () => writes.stop());
  const { publisher } = writes;
  const account = startAccount(writes.account(createAccountStore(fleet)), clock, log);
  shutdown.onStop(() => account.stop());
  const watch = await watchReading({ manager, subjects, clock, publisher, telemetry, account, log, options });
  shutdown.onStop(() => watch.stop());

  const pausesStore = createLogPausesStore(fleet);
  const pauses = await pausesStore.get();
  const losses = createStoreLossStore(fleet);
  const logBegin = createLogBegin(manager, pauses, losses.get);
  const keepPauses = createPauseKeeper({
    store: pausesStore,
    known: pauses,
    clock,
    onError: (error) => warn({ err: error }, 'when the log stream fell silent could not be stored'),
  });
  const sources: MessageSource[] = [];
  const streams = watchStreams({
    takeHighest: (stream) =>
      Math.max(0, ...sources.filter((source) => source.stream === stream).map((source) => source.takeHighest())),
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
  return {
    writes,
    account,
    /** Has a source ask anew where its requests are lost. */
    attach(source: MessageSource): void {
      watch.attach(source);
      sources.push(source);
    },
    logBegin,
    losses,
    isReading: (): boolean => obstacleToReading(watch.reading(), bounds, clock.now()) === undefined,
    /** What keeps the service from reading and writing, all that is known of it; empty: nothing does. */
    obstacles(): string[] {
      if (links.some(({ isAway }) => isAway())) return ['the NATS server is away; reconnecting'];
      if (returned.isUnseen()) return ['the NATS server has come back; looking at what it holds'];
      return [
        ...new Set(links.flatMap(({ refusal }) => refusal() ?? [])),
        ...obstaclesToReading(watch.reading(), bounds, clock.now()),
        ...streams.problems(),
        ...writes.health.obstacles(),
      ];
    },
  };
}
