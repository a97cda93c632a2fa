import { z } from 'zod';

const Count = z.int().min(0).default(0);

/** What became of the messages of output, over all workers and restarts: each that was stored is in one of these. */
export const ReadingAccount = z.object({
  schema: z.literal('knell.account/v1'),
  messages: Count.meta({ description: 'Messages of output that were read, decided on and acknowledged.' }),
  bytes: Count.meta({ description: 'Their bytes.' }),
  rejected: Count.meta({
    description: 'Messages of output that can never be read: no such subject, codec or payload.',
  }),
  dead: Count.meta({ description: 'Messages of output that failed three times for their own sake.' }),
  missed: Count.meta({ description: 'Messages of output that their stream dropped before they were read.' }),
});
export type ReadingAccount = z.infer<typeof ReadingAccount>;

/** What is added to an account. */
export type AccountEntry = Partial<Omit<ReadingAccount, 'schema'>>;

export const EMPTY_ACCOUNT: ReadingAccount = ReadingAccount.parse({ schema: 'knell.account/v1' });

/** The account with an entry added. */
export function addToAccount(account: ReadingAccount, entry: AccountEntry): ReadingAccount {
  const sum = { ...account };
  for (const key of ['messages', 'bytes', 'rejected', 'dead', 'missed'] as const) sum[key] += entry[key] ?? 0;
  return sum;
}
