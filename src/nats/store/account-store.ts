import { NatsError } from 'nats';
import { type AccountEntry, accountOf, addToAccount, EMPTY_ACCOUNT, ReadingAccount } from '../../contracts/account.ts';
import { parseJson } from '../../contracts/parse-json.ts';
import { STREAMS } from '../../contracts/subjects.ts';
import { pauseAfterRaces } from '../../pipeline/ports/race-pause.ts';
import type { Bucket } from './bucket.ts';
import { putIfUnchanged } from './compare-and-set.ts';

/** The account of what was read of the log stream that is there, over all workers and restarts. */
export interface AccountStore {
  get(): Promise<ReadingAccount>;
  /** Adds an entry; settles when it is stored. */
  add(entry: AccountEntry): Promise<void>;
}

const KEY = 'account';

/** Keeps the account in the key-value bucket `knell_fleet`. An entry that can't be read counts as none. */
export function createAccountStore(bucket: Bucket): AccountStore {
  async function known(): Promise<{ account: ReadingAccount; revision: number }> {
    const entry = await bucket.get(KEY);
    return { account: parse(entry?.value), revision: entry?.revision ?? 0 };
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
        if (await putIfUnchanged(bucket, KEY, JSON.stringify(addToAccount(account, entry, of)), revision)) return;
      }
    },
  };
}

function parse(data: Uint8Array | undefined): ReadingAccount {
  return ReadingAccount.safeParse(parseJson(data)).data ?? EMPTY_ACCOUNT;
}
