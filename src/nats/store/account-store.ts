import { NatsError } from 'nats';
import { type AccountEntry, accountOf, addToAccount, EMPTY_ACCOUNT, ReadingAccount } from '../../contracts/account.ts';
import { parseJson } from '../../contracts/parse-json.ts';
import { STREAMS } from '../../contracts/subjects.ts';
import { formatTime } from '../../contracts/time.ts';
import { pauseAfterRaces } from '../../pipeline/ports/race-pause.ts';
import { type Bucket, valuesOf } from './bucket.ts';
import { putIfUnchanged } from './compare-and-set.ts';

/** The account of what was read of the log stream that is there, over all workers and restarts. */
export interface AccountStore {
  get(): Promise<ReadingAccount>;
  /** Adds an entry; settles, with the account that has it, when that is stored. */
  add(entry: AccountEntry): Promise<ReadingAccount>;
}

export const ACCOUNT_KEY = 'account';

/**
 * Keeps the account in the key-value bucket `knell_fleet`. Where the newest entry can't be read, the last one before it
 * counts that can; where there is none, the account begins anew and says so.
 */
export function createAccountStore(bucket: Bucket): AccountStore {
  async function known(): Promise<{ account: ReadingAccount; revision: number }> {
    const entry = await bucket.get(ACCOUNT_KEY);
    const account =
      entry?.operation === 'PUT' ? (parse(entry.value) ?? (await lastGood(entry.created))) : EMPTY_ACCOUNT;
    return { account, revision: entry?.revision ?? 0 };
  }
  async function lastGood(newest: Date): Promise<ReadingAccount> {
    const good = (await valuesOf(bucket, ACCOUNT_KEY)).map(parse).findLast((one) => one !== undefined);
    return good ?? { ...EMPTY_ACCOUNT, unreadable_at: formatTime(newest.getTime()) };
  }
  /** When the log stream was created; undefined where there is none. */
  async function created(): Promise<string | undefined> {
    try {
      return (await bucket.reads.manager.streams.info(STREAMS.logs)).created;
    } catch (error) {
      if (error instanceof NatsError && error.api_error?.code === 404) return undefined;
      throw error;
    }
  }
  return {
    get: async () => accountOf((await known()).account, await created()),
    async add(entry) {
      const of = await created();
      for (let race = 0; ; race += 1) {
        await pauseAfterRaces(race);
        const { account, revision } = await known();
        const sum = addToAccount(account, entry, of);
        if (await putIfUnchanged(bucket, ACCOUNT_KEY, JSON.stringify(sum), revision)) return sum;
      }
    },
  };
}

function parse(data: Uint8Array): ReadingAccount | undefined {
  return ReadingAccount.safeParse(parseJson(data)).data;
}
