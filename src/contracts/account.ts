import { z } from 'zod';
import { seeDrops } from './lost-in-hand.ts';
import { countNew, joinRanges, type SeqRange, sizeOf } from './seq-ranges.ts';
import { gapBehind, type SeenGap } from './stream-gap.ts';

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
  missed_to: z
    .object({ seq: z.int().min(0), deliveries: z.int().min(0) })
    .optional()
    .meta({
      description:
        'Up to which sequence, and delivery of the consumer, the reading was looked at and what was dropped unread was counted, by whatever worker.',
    }),
  passed: z.int().min(0).optional().meta({
    description:
      'Of those that were dropped unread, never delivered ones whose sequences are not in `decided`; left out: all of them.',
  }),
  settled_to: z.int().min(0).optional().meta({
    description: 'Up to this sequence the consumer had nothing open at a look.',
  }),
  dropped: z.object({ from: z.int(), to: z.int(), at_ms: z.number() }).optional().meta({
    description: 'Sequences that the stream had dropped by a look, and of which workers may still tell what became.',
  }),
  lost: z.object({ missed: z.int(), up_to_seq: z.int(), at_ms: z.number() }).optional().meta({
    description: 'The last messages that were delivered and dropped without a word of any worker on them.',
  }),
  stream_created: z.string().optional().meta({
    description: 'When the stream was created that all of this is about: what a stream before it held is left out.',
  }),
  unreadable_at: z.string().optional().meta({
    description:
      'When an entry was written that can not be read, with none before it that can: what was counted until then is not known.',
  }),
  decided: z
    .array(z.tuple([z.int(), z.int()]))
    .optional()
    .meta({
      description:
        'Sequences of the messages that were counted as decided, rejected, dead, or dropped while a worker had them: what is delivered again counts no more.',
    }),
  merged_to: z.int().optional().meta({
    description: 'Up to this sequence the gaps in what was decided are not kept any more.',
  }),
  untold: z.int().min(0).optional().meta({
    description:
      'Messages up to there that were decided later, of which it is not known whether they were counted before.',
  }),
});
export type ReadingAccount = z.infer<typeof ReadingAccount>;

/** What is added to an account. */
export interface AccountEntry {
  /** Messages that are settled, each to be counted once over all workers. */
  readonly decided?: readonly Decided[];
  /** Looks at the reading, in their order: what was dropped unread is counted once over all workers. */
  readonly gaps?: readonly SeenGap[];
}

/** What can become of a message that was delivered, by the name of its count. Where workers tell different things at once, the first of these counts. */
const FATES = ['messages', 'rejected', 'dead', 'missed'] as const;

/** Messages that follow one another in their stream, and that are settled. */
export interface Decided {
  readonly seqs: Readonly<SeqRange>;
  readonly bytes: number;
  /** When the last of them was stored, epoch milliseconds by the server's clock. */
  readonly atMs: number;
  /** What became of them; left out: they were decided. */
  readonly as?: Exclude<(typeof FATES)[number], 'messages'>;
}

/**
 * More gaps than that in what was decided are not kept, the oldest first: what killed workers left uncounted, what was dropped unread,
 * and for 10 s what another worker has decided and not told yet, of 2,000 messages a second at most. So many make an entry of some 200 KB.
 */
export const MOST_RANGES = 10_000;

export const EMPTY_ACCOUNT: ReadingAccount = ReadingAccount.parse({ schema: 'knell.account/v1' });

/**
 * The account with an entry added. Pure.
 *
 * @param created when the stream was created that is there now, RFC 3339; left out: it is not known
 */
export function addToAccount(account: ReadingAccount, entry: AccountEntry, created?: string): ReadingAccount {
  const sum = { ...accountOf(account, created) };
  const { decided = [], gaps = [] } = entry;
  if (decided.length + gaps.length === 0) return sum;
  if (created !== undefined) sum.stream_created = created;
  // What an earlier stream held has its sequences, and is no part of this one.
  const isOfThis = ({ atMs }: { readonly atMs: number }) => created === undefined || atMs >= Date.parse(created);
  const looks = gaps.filter(isOfThis);
  for (const gap of looks) {
    const { missed, upTo } = gapBehind(sum.missed_to, gap);
    sum.passed = (sum.passed ?? sum.missed) + missed;
    sum.missed += missed;
    sum.missed_to = { ...upTo };
  }
  countDecided(sum, decided.filter(isOfThis));
  for (const look of looks) countLost(sum, look);
  return sum;
}

function countDecided(sum: ReadingAccount, fresh: readonly Decided[]): void {
  const [known, ranges] = [sum.decided ?? [], fresh.map(({ seqs }) => seqs)];
  const untold = countUntold(sum, ranges);
  if (untold > 0) sum.untold = (sum.untold ?? 0) + untold;
  let counted = known;
  for (const fate of FATES) {
    const told = fresh.filter(({ as = 'messages' }) => as === fate);
    const toldRanges = told.map(({ seqs }) => seqs);
    const added = countNew(counted, toldRanges);
    if (added === 0) continue;
    sum[fate] += added;
    const bytes = told.reduce((total, each) => total + each.bytes, 0);
    sum.bytes += Math.round((bytes * added) / sizeOf(toldRanges));
    counted = joinRanges([...counted, ...toldRanges]);
  }
  if (counted === known) return;
  sum.decided = joinRanges(counted, MOST_RANGES);
  if (counted.length > MOST_RANGES) sum.merged_to = (sum.decided[0] as SeqRange)[1];
}

/** Counts what was delivered and dropped, and of which no worker has told. */
function countLost(sum: ReadingAccount, { settledSeq, now: { firstSeq }, atMs }: SeenGap): void {
  if (settledSeq === undefined) return;
  const known = {
    decided: sum.decided ?? [],
    passed: sum.passed ?? 0,
    passedTo: sum.missed_to?.seq ?? 0,
    settledTo: sum.settled_to,
    dropped: sum.dropped,
  };
  const { decided, passed, settledTo, dropped, lost } = seeDrops(known, { firstSeq, settledSeq, atMs });
  if (lost > 0) {
    sum.missed += lost;
    sum.lost = { missed: lost, up_to_seq: known.dropped?.to ?? 0, at_ms: atMs };
  }
  if (decided !== known.decided) sum.decided = decided as SeqRange[];
  sum.passed = passed;
  sum.settled_to = settledTo;
  sum.dropped = dropped;
}

/** The account of the stream that is there now: an empty one where it was made anew. */
export function accountOf(account: ReadingAccount, created: string | undefined): ReadingAccount {
  const isOfAnother =
    created !== undefined && account.stream_created !== undefined && account.stream_created !== created;
  return isOfAnother ? EMPTY_ACCOUNT : account;
}

/** Of how many messages of some ranges it is not known whether they were counted: gaps where they stand are not kept. */
function countUntold({ merged_to = 0, decided = [] }: ReadingAccount, ranges: readonly Readonly<SeqRange>[]): number {
  const low = joinRanges(ranges.flatMap(([from, to]) => (from <= merged_to ? [[from, Math.min(to, merged_to)]] : [])));
  return sizeOf(low) - countNew(decided, low);
}

/** Whether a message is known to have been counted. */
export function isCounted({ merged_to = 0, decided = [] }: ReadingAccount, seq: number): boolean {
  return seq > merged_to && decided.some(([from, to]) => from <= seq && seq <= to);
}
