import type { JetStreamManager } from 'nats';
import { isCounted, MOST_RANGES, ReadingAccount } from '../../contracts/account.ts';
import { BUCKETS, CONSUMERS, STREAMS } from '../../contracts/subjects.ts';
import { readLag } from '../../nats/consume/consumer-lag.ts';
import type { AccountStore } from '../../nats/store/account-store.ts';
import { type Check, failed, ok, warning } from './check.ts';
import { streamInfo } from './look-at-streams.ts';

/** What became of all messages of output that were ever stored. */
export interface Balance {
  /** Messages that the stream has stored since it was created. */
  readonly stored: number;
  /** Of these, those that wait, and those that are being read. */
  readonly unread: number;
  readonly reading: number;
  readonly decided: number;
  readonly rejected: number;
  readonly dead: number;
  readonly missed: number;
  /** Messages that were decided, of which it is not known whether they were counted before. */
  readonly untold: number;
  /** Messages that somebody deleted from the stream, and that are not known to have been decided before. */
  readonly deleted: number;
  /** When the account had to begin anew, since no entry of it could be read; RFC 3339. */
  readonly unreadableAt?: string;
}

/** What is left over: above 0 nothing was counted for it, below 0 it was counted twice. */
export function remainderOf({ stored, unread, reading, decided, rejected, dead, missed }: Balance): number {
  return stored - (unread + reading + decided + rejected + dead + missed);
}

/**
 * The balance of the server and of the workers' account at this moment; undefined where there is no stream or consumer.
 * Each message has one or more whole lines; the stream counts messages.
 */
export async function readBalance(manager: JetStreamManager, account: AccountStore): Promise<Balance | undefined> {
  const info = await streamInfo(manager, STREAMS.logs);
  const lag = await readLag(manager, STREAMS.logs, CONSUMERS.logs);
  if (!info || !lag) return undefined;
  const known = ReadingAccount.parse(await account.get());
  const { messages, rejected, dead, missed, untold = 0, unreadable_at: unreadableAt } = known;
  const deleted = info.state.num_deleted
    ? ((await manager.streams.info(STREAMS.logs, { deleted_details: true })).state.deleted ?? [])
    : [];
  return {
    stored: info.state.last_seq,
    unread: lag.unread,
    reading: lag.unacknowledged,
    decided: messages,
    rejected,
    dead,
    missed,
    untold,
    deleted: deleted.filter((seq) => !isCounted(known, seq)).length,
    ...(unreadableAt !== undefined && { unreadableAt }),
  };
}

/** Whether nothing that was stored is lost without a count. */
export function judgeBalance(balance: Balance): Check {
  const { stored, unread, reading, decided, rejected, dead, missed } = balance;
  const rest = remainderOf(balance);
  const sum = `${stored} messages of output stored = ${decided} decided + ${rejected} rejected + ${dead} dead letters + ${missed} dropped by the stream unread + ${reading} being read + ${unread} unread`;
  if (rest === 0) return ok('account', sum);
  if (rest < 0) {
    const why = 'their acknowledgement was lost, and they were decided once more, with the same result';
    return warning('account', `${sum} − ${-rest} counted twice: ${why}`);
  }
  // What was counted before may be all of it.
  const open = balance.unreadableAt === undefined ? Math.min(rest, balance.untold + balance.deleted) : rest;
  const unclear = open === 0 ? '' : ` + ${open} that may or may not be lost: ${whyUnclear(balance)}`;
  if (rest === open) return warning('account', `${sum}${unclear}`);
  const why =
    'a worker that is killed takes what it counted in its last 10 s with it, and those that run now store it every 10 s. Messages that were deleted by hand before they were read look the same once the stream has dropped those around them. Where it stays, and neither was the case, it is a fault of knell';
  return failed('account', `${sum}${unclear} + ${rest - open} that are not accounted for: ${why}`);
}

/** What keeps knell from telling whether a message is accounted for. */
function whyUnclear({ untold, deleted, unreadableAt }: Balance): string {
  return [
    unreadableAt !== undefined &&
      `the entry "account" of the bucket ${BUCKETS.fleet} could not be read at ${unreadableAt}, nor any before it, so what was counted until then is not known: somebody else wrote it ("knell nats permissions" prints who needs to)`,
    untold > 0 &&
      `${untold} were decided where more than ${MOST_RANGES} gaps stand among what was decided, and the oldest gaps are not kept`,
    deleted > 0 && `${deleted} were deleted from the stream by hand, and may not have been read before`,
  ]
    .filter(Boolean)
    .join('; ');
}
