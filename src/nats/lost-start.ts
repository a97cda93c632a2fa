import type { JetStreamManager, StoredMsg } from 'nats';
import { LOG_HEADERS } from '../contracts/log-headers.ts';
import type { Run } from '../contracts/run.ts';
import { HEARD_AGAIN_MS, type StoreLoss } from '../contracts/store-loss.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import { logHeader } from './consume/log-header.ts';
import { lastMessage, nextMessage } from './stored-message.ts';

/** The first line of a publisher that counts from 1 instead of 0. */
const FIRST_NUMBER = 1;

/**
 * Whether a run of which no start is stored began before the server lost what was stored, see `LogHistory.isStartLost`: within an hour of
 * that its host speaks of it, and `knell tap` tells the start first; or its first line that is stored has a number.
 *
 * @param lastLoss when the server last lost what was stored, where that is known
 * @throws a NATS error when JetStream does not answer
 */
export async function isStartLost(
  manager: JetStreamManager,
  subjects: Subjects,
  run: Run,
  lastLoss: () => Promise<StoreLoss | undefined>,
): Promise<boolean> {
  const loss = await lastLoss();
  if (!loss) return false;
  const first = async (stream: string, subject: string): Promise<StoredMsg | undefined> =>
    (await lastMessage(manager, stream, subject)) && nextMessage(manager, stream, subject, 1);
  const [event, ...lines] = await Promise.all([
    first(STREAMS.runs, subjects.runs(run)),
    first(STREAMS.logs, subjects.logs(run, 'stdout')),
    first(STREAMS.logs, subjects.logs(run, 'stderr')),
  ]);
  const numbered = lines.filter((line) => Number(line && logHeader(line.header, LOG_HEADERS.line)) > FIRST_NUMBER);
  return [event, ...numbered].some((sign) => sign && sign.time.getTime() < loss.at_ms + HEARD_AGAIN_MS);
}
