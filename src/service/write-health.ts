import { BUCKETS, STREAMS } from '../contracts/subjects.ts';
import { explainFailure } from '../nats/explain-failure.ts';
import { isOutage } from '../nats/outage.ts';
import type { AccountStore } from '../nats/store/account-store.ts';
import type { Clock, FleetModeStore, Publisher, RunStore, UnmatchedCounter } from '../pipeline/ports/ports.ts';
import type { SubscriptionStore } from '../pipeline/ports/subscription-ports.ts';

export interface WriteHealth {
  /** Why what was decided can't be told or kept, all that is known of it; empty where it can. */
  obstacles(): string[];
}

export interface WatchedWrites {
  readonly publisher: Publisher;
  runs(store: RunStore): RunStore;
  modes(store: FleetModeStore): FleetModeStore;
  drifts(counter: UnmatchedCounter): UnmatchedCounter;
  account(store: AccountStore): AccountStore;
  subscriptions(store: SubscriptionStore): SubscriptionStore;
  readonly health: WriteHealth;
}

/** What is written, by where it is stored. */
const WRITTEN = {
  aborts: `publish abort commands (${STREAMS.aborts})`,
  failures: `publish failure records (${STREAMS.failures})`,
  notices: `publish notices (${STREAMS.notices})`,
  runs: `store what it knows of runs (bucket ${BUCKETS.runs})`,
  fleet: `store the mode of the fleet, counts and the account (bucket ${BUCKETS.fleet})`,
  subscriptions: `store what it knows of subscriptions, so preflight goes by what it knew before (bucket ${BUCKETS.subscriptions})`,
} as const;

/**
 * How long a failure counts, in milliseconds: longer than what failed waits before this worker tries it again, since others
 * try it in between. Where nothing is left to try, it is not known any more whether it would fail.
 */
const COUNTS_MS = 120_000;

/**
 * Watches whether decisions can be written: a worker that reads well and whose commands are refused ends no run.
 *
 * @returns the same ports, and what is known of their failures
 */
export function watchWrites(publisher: Publisher, clock: Pick<Clock, 'now'>): WatchedWrites {
  const failures = new Map<keyof typeof WRITTEN, { readonly reason: string; readonly atMs: number }>();

  async function watched<T>(what: keyof typeof WRITTEN, write: Promise<T>): Promise<T> {
    try {
      const answer = await write;
      failures.delete(what);
      return answer;
    } catch (error) {
      // What fails for the message's own sake says nothing of the next one.
      if (isOutage(error)) failures.set(what, { reason: reasonOf(error), atMs: clock.now() });
      throw error;
    }
  }

  return {
    publisher: {
      ...publisher,
      abort: (command) => watched('aborts', publisher.abort(command)),
      record: (record, revision) => watched('failures', publisher.record(record, revision)),
      notice: (notice, subject) => watched('notices', publisher.notice(notice, subject)),
    },
    runs: (store) => ({ ...store, put: (...entry) => watched('runs', store.put(...entry)) }),
    modes: (store) => ({ ...store, put: (...entry) => watched('fleet', store.put(...entry)) }),
    drifts: ({ count }) => ({ count: (fingerprint) => watched('fleet', count(fingerprint)) }),
    account: (store) => ({ ...store, add: (entry) => watched('fleet', store.add(entry)) }),
    subscriptions: (store) => ({ ...store, put: (...entry) => watched('subscriptions', store.put(...entry)) }),
    health: {
      obstacles: () =>
        [...failures].flatMap(([what, { reason, atMs }]) =>
          clock.now() - atMs < COUNTS_MS ? `knell could not ${WRITTEN[what]}: ${reason}` : [],
        ),
    },
  };
}

/** What happened, and what to do. */
function reasonOf(error: unknown): string {
  return explainFailure(error) ?? (error instanceof Error ? error.message : String(error));
}
