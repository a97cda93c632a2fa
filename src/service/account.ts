import { type Decided, EMPTY_ACCOUNT, type ReadingAccount } from '../contracts/account.ts';
import { gapSince, type SeenGap } from '../contracts/stream-gap.ts';
import type { Logger } from '../logging/logger.ts';
import { paceWarnings } from '../logging/pace-warnings.ts';
import type { AccountStore } from '../nats/store/account-store.ts';
import type { Clock } from '../pipeline/ports/ports.ts';

/** A message, by its sequence, and when it was stored, epoch milliseconds by the server's clock. */
interface Settled {
  readonly seq: number;
  readonly storedMs: number;
}

/** Messages that were delivered and dropped. */
export type Lost = NonNullable<ReadingAccount['lost']>;

export interface Account {
  /** A message of output was decided; where that was counted before, by whatever worker, it counts no more. */
  decided(message: Settled & { readonly bytes: number }): void;
  /** A message of output can never be read; it counts as one that was decided does. */
  rejected(message: Settled): void;
  /** A message of output is among the dead letters. */
  died(message: Settled): void;
  /** The stream dropped a message of output that was delivered and waited here; where another worker has decided it, that counts. */
  gone(message: Settled): void;
  /** How far all workers have read at a look: what the stream dropped unread until then counts, unless another worker has told of it. */
  looked(look: SeenGap): void;
  /** Called when messages are found, by whatever worker, that one was given and that the stream dropped without a word on them. */
  onLost(listener: (lost: Lost) => void): void;
  /** Stores what has not been stored yet. */
  stop(): Promise<void>;
}

/** How often what was counted is stored, in milliseconds: as much as a worker that is killed takes with it. */
const EVERY_MS = 10_000;

/** So many stretches of what was decided are kept at most while the account can't be stored, some 10 MB: the oldest are then missing in it. */
const MOST_KEPT = 100_000;

/** Counts what this worker reads into the account of the whole fleet. What could not be stored is kept for the next time. */
export function startAccount(store: Pick<AccountStore, 'add'>, clock: Clock, log: Pick<Logger, 'warn'>): Account {
  const warn = paceWarnings(log);
  let decided: Decided[] = [];
  let gaps: SeenGap[] = [];
  /** The last look, where no gap was seen since the one before. */
  let latest: SeenGap[] = [];
  /** As it was when this worker last added to it. */
  let known: ReadingAccount = EMPTY_ACCOUNT;
  let toldMs = clock.now() - 1;
  let listener: ((lost: Lost) => void) | undefined;
  let storing = Promise.resolve();
  let cancel = clock.after(EVERY_MS, storeSoon);

  /** Whether the last look tells of more that is settled than the account has, or what was dropped waits for a word. */
  function isOpen(): boolean {
    const { dropped, settled_to = Number.POSITIVE_INFINITY } = known;
    return latest.some(({ settledSeq = 0 }) => dropped !== undefined || settledSeq > settled_to);
  }

  function tell({ lost }: ReadingAccount): void {
    if (!listener || !lost || lost.at_ms <= toldMs) return;
    toldMs = lost.at_ms;
    listener(lost);
  }

  async function storeOpen(): Promise<void> {
    if (decided.length === 0 && gaps.length === 0 && !isOpen()) return;
    const [before, seen] = [decided, [...gaps, ...latest]];
    [decided, gaps, latest] = [[], [], []];
    try {
      known = await store.add({
        ...(before.length > 0 && { decided: before }),
        ...(seen.length > 0 && { gaps: seen }),
      });
      tell(known);
    } catch (error) {
      decided = [...before, ...decided].slice(-MOST_KEPT);
      gaps = [...seen, ...gaps].slice(-MOST_KEPT);
      warn({ err: error }, 'the account of what was read could not be stored; it is kept for the next time');
    }
  }

  function count(one: Decided): void {
    const last = decided.at(-1);
    if (last && last.seqs[1] + 1 === one.seqs[0] && last.as === one.as) {
      decided[decided.length - 1] = { ...one, seqs: [last.seqs[0], one.seqs[1]], bytes: last.bytes + one.bytes };
    } else decided.push(one);
  }

  function storeSoon(): void {
    storing = storeOpen().finally(() => {
      cancel = clock.after(EVERY_MS, storeSoon);
    });
  }

  const countAs =
    (as: NonNullable<Decided['as']>) =>
    ({ seq, storedMs: atMs }: Settled): void =>
      count({ seqs: [seq, seq], bytes: 0, atMs, as });

  return {
    decided: ({ seq, bytes, storedMs: atMs }) => count({ seqs: [seq, seq], bytes, atMs }),
    rejected: countAs('rejected'),
    died: countAs('dead'),
    gone: countAs('missed'),
    looked(look) {
      // The first look of a worker tells what those before it had no time to store.
      const isGap = look.before === undefined || gapSince(look.before, look.now).missed > 0;
      if (isGap) gaps.push(look);
      latest = isGap ? [] : [look];
    },
    onLost(told) {
      listener = told;
    },
    async stop() {
      cancel();
      await storing;
      cancel();
      await storeOpen();
    },
  };
}
