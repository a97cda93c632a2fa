import type { JetStreamManager } from 'nats';
import { runOf } from '../classify/run-state.ts';
import { type Run, runKey } from '../contracts/run.ts';
import { BUCKETS, STREAMS, type Subjects } from '../contracts/subjects.ts';
import { holderKey } from '../contracts/subscription.ts';
import { driftKey } from '../nats/drift-counter.ts';
import { explainUntaken } from '../nats/explain-untaken.ts';
import { ACCOUNT_KEY, type AccountStore } from '../nats/store/account-store.ts';
import type { Clock, FleetModeStore, Publisher, RunStore, UnmatchedCounter } from '../pipeline/ports/ports.ts';
import type { SubscriptionStore } from '../pipeline/ports/subscription-ports.ts';
import { createFailedWrites, type TryAgain } from './failed-writes.ts';

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
  stop(): void;
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

/** Writes to an entry of a bucket what it is already; throws where that is refused. */
type Touch = (key: string) => Promise<void>;

export interface WriteWatchOptions {
  readonly publisher: Publisher;
  readonly manager: JetStreamManager;
  readonly subjects: Pick<Subjects, 'all'>;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** The buckets that are written to. */
  readonly touch: { readonly runs: Touch; readonly fleet: Touch; readonly subscriptions: Touch };
  /** Milliseconds from one try of what was refused to the next. */
  readonly tryEveryMs?: number | undefined;
}

/**
 * Watches whether decisions can be written: a worker that reads well and whose commands are refused ends no run. Whether what was
 * refused is taken now is found out by trying: a notice is published again, and an entry of a bucket is written as it is. A
 * command or record is the run's own decision, which may be another by then: whoever has the message tries that again,
 * and once it is out, stores the run's state.
 *
 * @returns the same ports, and what is known of their failures
 */
export function watchWrites({
  publisher,
  manager,
  subjects,
  clock,
  touch,
  tryEveryMs,
}: WriteWatchOptions): WatchedWrites {
  const untaken = (kind: keyof typeof WRITTEN): Promise<string> =>
    kind === 'aborts' || kind === 'failures' || kind === 'notices'
      ? explainUntaken(manager, STREAMS[kind], subjects.all(kind))
      : explainUntaken(manager, `KV_${BUCKETS[kind]}`, `$KV.${BUCKETS[kind]}.>`);
  const { watched, failing, stop } = createFailedWrites<keyof typeof WRITTEN>(clock, untaken, tryEveryMs);
  let states: Pick<RunStore, 'get'> | undefined;

  /** Whether the run's state was stored since: then all that was decided on before it is out. */
  function untilStored(run: Run): TryAgain {
    const revision = async () => (await states?.get(run))?.revision ?? 0;
    const before = revision().catch(() => undefined);
    return async () => {
      const known = await before;
      return known === undefined || (await revision()) === known ? 'open' : 'taken';
    };
  }

  function touching(kind: keyof typeof touch, key: string): TryAgain {
    return async () => {
      await touch[kind](key);
      return 'taken';
    };
  }

  return {
    publisher: {
      ...publisher,
      abort: (command) => watched('aborts', runKey(command), publisher.abort(command), () => untilStored(command)),
      record: (record, revision) =>
        watched('failures', `${record.category} of ${runKey(record)}`, publisher.record(record, revision), () =>
          untilStored(record),
        ),
      notice: (notice, subject) =>
        watched('notices', [notice.kind, ...subject].join(' '), publisher.notice(notice, subject), () => async () => {
          await publisher.notice(notice, subject);
          return 'taken';
        }),
    },
    runs(store) {
      states = store;
      return {
        ...store,
        put(state, revision) {
          const key = runKey(runOf(state));
          return watched('runs', key, store.put(state, revision), () => touching('runs', key));
        },
      };
    },
    modes: (store) => ({
      ...store,
      put: (...entry) => watched('fleet', 'mode', store.put(...entry), () => touching('fleet', 'mode')),
    }),
    drifts: ({ count }) => ({
      count: (fingerprint) =>
        watched('fleet', driftKey(fingerprint), count(fingerprint), () => touching('fleet', driftKey(fingerprint))),
    }),
    account: (store) => ({
      ...store,
      add: (entry) => watched('fleet', ACCOUNT_KEY, store.add(entry), () => touching('fleet', ACCOUNT_KEY)),
    }),
    subscriptions: (store) => ({
      ...store,
      put(record, revision) {
        const key = holderKey(record);
        return watched('subscriptions', key, store.put(record, revision), () => touching('subscriptions', key));
      },
    }),
    health: {
      obstacles: () =>
        failing().map(({ kind, reason, names }) => `knell could not ${WRITTEN[kind]}: ${reason} (${someOf(names)})`),
    },
    stop,
  };
}

/** The first of them, and how many more there are. */
function someOf([first, ...more]: readonly string[]): string {
  return more.length === 0 ? `${first}` : `${first}, and ${more.length} more`;
}
