import { setTimeout as pause } from 'node:timers/promises';
import type { NatsConnection } from 'nats';
import { Registry } from 'prom-client';
import type { Subjects } from '../contracts/subjects.ts';
import type { Logger } from '../logging/logger.ts';
import { startEvidenceSource } from '../nats/consume/evidence-source.ts';
import type { SourceEvents } from '../nats/consume/log-source.ts';
import type { MessageSource } from '../nats/consume/message-source.ts';
import { startSubscriptionService } from '../nats/request-service.ts';
import type { Bucket } from '../nats/store/bucket.ts';
import { createSubscriptionStore } from '../nats/store/subscription-store.ts';
import type { Clock, Publisher, RunStore } from '../pipeline/ports/ports.ts';
import type { SubscriptionStore } from '../pipeline/ports/subscription-ports.ts';
import { startExpiryWarnings } from '../subscriptions/expiry-warnings.ts';
import { createLearner } from '../subscriptions/learn/learner.ts';
import { checkPreflight } from '../subscriptions/preflight/check-preflight.ts';
import { answerApi } from '../subscriptions/subscription-api.ts';
import type { SubscriptionTelemetry } from '../subscriptions/telemetry.ts';
import { type SubscriptionView, startSubscriptionView } from '../subscriptions/view.ts';
import { createSubscriptionTelemetry } from './subscription-telemetry.ts';

export interface SubscriptionsOptions {
  readonly connection: NatsConnection;
  readonly subjects: Subjects;
  /** The bucket `knell_subscriptions`. */
  readonly bucket: Bucket;
  /** Watches what is written to it; left out: nothing does. */
  readonly watchWrites?: (store: SubscriptionStore) => SubscriptionStore;
  /** Where it is seen that runs succeed. */
  readonly runs: Pick<RunStore, 'watch'>;
  readonly publisher: Pick<Publisher, 'notice'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether what runs say is read as it should be. Left out: it is. */
  readonly isReading?: () => boolean;
  /** knell's version, for those who discover the service. */
  readonly version?: string;
  /** What hears of the reading; left out: it is not reported. */
  readonly events?: Pick<SourceEvents, 'requestLost' | 'messageGone' | 'messageDied'>;
  /** Left out: what happens is only logged. */
  readonly telemetry?: SubscriptionTelemetry;
}

/** A dispatch is not held up by knell's own trouble, but is told of it. */
const NOT_FRESH =
  'knell can\'t read now what runs say, or is behind with it, so this is what it knew before ("knell doctor" says why)';

const UNTOLD = { requestLost: () => undefined, messageGone: () => undefined, messageDied: () => undefined };

export interface Subscriptions {
  readonly view: SubscriptionView;
  /** Settles when everything that is stored has been read; until then preflight answers `unknown`. */
  readonly loaded: Promise<void>;
  /** What is read from. */
  readonly sources: readonly MessageSource[];
  /** Takes no more work, finishes what is under way, and leaves. */
  stop(): Promise<void>;
}

/**
 * Starts all about subscriptions: the view, preflight and the registry's API, the expiry warnings, and what learns
 * from runs and failure records, in that order; stops in reverse. Any number of these share the work.
 */
export async function startSubscriptions(options: SubscriptionsOptions): Promise<Subscriptions> {
  const { connection, subjects, bucket, runs, publisher, clock, log, version = '0.0.0' } = options;
  const telemetry = options.telemetry ?? createSubscriptionTelemetry(log, new Registry());
  const stops: (() => Promise<unknown> | unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const { watchWrites = (unwatched) => unwatched } = options;
    const store = watchWrites(
      createSubscriptionStore(bucket, (key, reason) => log.warn({ key, reason }, 'an unreadable entry')),
    );
    const warnings = startExpiryWarnings({ store, publisher, clock, telemetry });
    stops.push(() => warnings.stop());
    let isLoaded = false;
    const view = await startSubscriptionView(store, (key, record, before) => {
      warnings.watch(key, record);
      if (isLoaded && record) telemetry.recordSeen({ before, record });
    });
    void view.loaded.then(() => {
      isLoaded = true;
    });
    stops.push(() => view.stop());
    const served = { store, view, clock };
    const service = await startSubscriptionService({
      connection,
      subjects,
      version,
      handlers: {
        async preflight(data) {
          const startedMs = performance.now();
          const reply = await checkPreflight(served, data);
          telemetry.preflightAnswered({ answer: reply.answer, tookMs: performance.now() - startedMs });
          return options.isReading?.() === false ? { ...reply, reason: `${reply.reason}; ${NOT_FRESH}` } : reply;
        },
        api: (verb, data) => answerApi(served, verb, data),
      },
    });
    stops.push(() => service.stop());
    const sources: MessageSource[] = [];
    const learner = createLearner({ ...served, telemetry });
    for (const [family, handle] of [
      ['runs', learner.run],
      ['failures', learner.failure],
    ] as const) {
      const source = await startEvidenceSource(connection, subjects, family, handle, options.events ?? UNTOLD);
      sources.push(source);
      stops.push(() => source.stop());
    }
    const watchRuns = () => runs.watch((run) => void learner.state(run));
    const untold = (error: unknown) => telemetry.workRetried({ what: 'watching the states of runs', error });
    stops.push(watchOnceLoaded(view.loaded, watchRuns, untold));
    return { view, loaded: view.loaded, sources, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const RETRY_MS = 1_000;

/**
 * Watches, as soon as that can be done. Successes of a week are read at the start: nearly all are known, but only the
 * loaded view can say so.
 */
function watchOnceLoaded(
  loaded: Promise<void>,
  watch: () => Promise<{ stop(): void }>,
  onError: (error: unknown) => void,
): () => void {
  let stopped = false;
  let running: { stop(): void } | undefined;
  void loaded.then(async () => {
    while (!stopped && !running) {
      running = await watch().catch((error: unknown) => {
        onError(error);
        return undefined;
      });
      if (!running) await pause(RETRY_MS, undefined, { ref: false });
    }
    if (stopped) running?.stop();
  });
  return () => {
    stopped = true;
    running?.stop();
  };
}
