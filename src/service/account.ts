import { type AccountEntry, addToAccount, EMPTY_ACCOUNT, type ReadingAccount } from '../contracts/account.ts';
import type { Logger } from '../logging/logger.ts';
import type { AccountStore } from '../nats/store/account-store.ts';
import type { Clock } from '../pipeline/ports/ports.ts';
import type { Telemetry } from '../pipeline/ports/telemetry.ts';

export interface Account {
  add(entry: AccountEntry): void;
  /** Stores what has not been stored yet. */
  stop(): Promise<void>;
}

/** How often what was counted is stored, in milliseconds: as much as a worker that is killed takes with it. */
const EVERY_MS = 10_000;

/** Counts what this worker reads into the account of the whole fleet. What could not be stored is kept for the next time. */
export function startAccount(store: Pick<AccountStore, 'add'>, clock: Clock, log: Pick<Logger, 'warn'>): Account {
  let open: ReadingAccount = EMPTY_ACCOUNT;
  let storing = Promise.resolve();
  let cancel = clock.after(EVERY_MS, storeSoon);

  async function storeOpen(): Promise<void> {
    const entry = open;
    if (entry === EMPTY_ACCOUNT) return;
    open = EMPTY_ACCOUNT;
    try {
      await store.add(entry);
    } catch (error) {
      open = addToAccount(open, entry);
      log.warn({ err: error }, 'the account of what was read could not be stored; it is kept for the next time');
    }
  }

  function storeSoon(): void {
    storing = storeOpen().finally(() => {
      cancel = clock.after(EVERY_MS, storeSoon);
    });
  }

  return {
    add(entry) {
      open = addToAccount(open, entry);
    },
    async stop() {
      cancel();
      await storing;
      cancel();
      await storeOpen();
    },
  };
}

/**
 * The same telemetry; what it tells of rejected output also goes into the account.
 *
 * @param logs what the subjects of output begin with
 */
export function withAccount<T extends Telemetry>(telemetry: T, account: Pick<Account, 'add'>, logs: string): T {
  return {
    ...telemetry,
    messageRejected(info) {
      telemetry.messageRejected(info);
      if (info.subject.startsWith(logs)) account.add({ rejected: 1 });
    },
  };
}
