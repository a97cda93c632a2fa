import type { JetStreamManager, StreamInfo } from 'nats';
import type { LogPauses } from '../contracts/log-pauses.ts';
import { STREAMS } from '../contracts/subjects.ts';
import type { LogBegin } from '../pipeline/ports/ports.ts';
import { askAgain } from './ask-again.ts';
import { createLogHoles } from './log-holes.ts';
import type { StoreLossStore } from './store/store-loss-store.ts';
import { messageAt } from './stored-message.ts';

/** How many ends of the stream are remembered: of a day, where it is looked at every ten seconds. */
const ENDS_KEPT = 10_000;

/** Tells where the log stream begins: behind the last message that it holds no more. */
export interface LogBeginReader {
  /** @throws a NATS error when JetStream does not answer */
  begin(): Promise<LogBegin>;
  /** Takes in how the stream was found, by whoever looks at it: after a pause of the whole fleet only that tells when the last message of before was stored. */
  see(info: StreamInfo): void;
}

/**
 * Goes by what the stream shows and by what was seen of it, not by its settings: they may have been others a moment ago. Whether messages
 * went by the stream's limits, by a limit of each subject, or by hand, and whether they were read, makes no difference.
 *
 * @param known after which messages it was given nothing for a while, as other workers saw it before; left out: nobody did
 * @param lastLoss when the server last lost what was stored; left out: never
 */
export function createLogBegin(
  manager: JetStreamManager,
  known?: LogPauses,
  lastLoss: StoreLossStore['get'] = async () => undefined,
): LogBeginReader {
  /** Sequences with which the stream was seen to end, oldest first, and when these messages were stored, epoch milliseconds. */
  const ends = new Map(known?.pauses.map(({ seq, at_ms: atMs }) => [seq, atMs]));
  let created = known?.created;
  const holes = createLogHoles(manager);

  function see({ created: createdNow, state }: StreamInfo): void {
    if (createdNow !== created) ends.clear();
    created = createdNow;
    for (const seq of ends.keys()) {
      // A server that was restarted with an empty stream may have gone back: it gives out a sequence twice (nats-server 2.9.10).
      const isOfUse = seq >= state.first_seq - 1 && seq <= state.last_seq;
      if (!isOfUse || ends.size >= ENDS_KEPT) ends.delete(seq);
    }
    ends.set(state.last_seq, endMs(state));
  }

  /** @param missing the sequence of the last message that is not there, of a stream that holds some */
  async function behind(missing: number, { state }: StreamInfo): Promise<LogBegin> {
    const seq = missing + 1;
    const storedMs = ends.get(missing);
    if (storedMs !== undefined) return { seq, atMs: storedMs + 1 };
    if (seq === state.first_seq) return { seq, atMs: Date.parse(String(state.first_ts)) };
    const next = seq > state.last_seq ? undefined : await messageAt(manager, STREAMS.logs, seq);
    return { seq, atMs: next?.time.getTime() ?? endMs(state) + 1 };
  }

  /** By what the stream itself shows. */
  async function shown(info: StreamInfo): Promise<LogBegin> {
    const { first_seq: firstSeq, last_seq: end, messages } = info.state;
    if (messages === 0) {
      const last = Math.max(firstSeq - 1, end);
      return last > 0 ? { seq: last + 1, atMs: endMs(info.state) + 1 } : { seq: 1, atMs: Date.parse(info.created) };
    }
    const missing = await holes.last(info);
    if (missing === undefined) return { seq: end + 1, atMs: endMs(info.state) + 1 };
    if (missing >= firstSeq) return behind(missing, info);
    return firstSeq > 1 ? behind(firstSeq - 1, info) : { seq: 1, atMs: Date.parse(info.created) };
  }

  return {
    see,
    async begin() {
      const [info, loss] = await Promise.all([askAgain(() => manager.streams.info(STREAMS.logs)), lastLoss()]);
      see(info);
      const begin = await shown(info);
      // One that has gone back shows nothing of that, and gives out the sequences of what is gone once more.
      return loss?.log ? { ...begin, atMs: Math.max(begin.atMs, loss.at_ms) } : begin;
    },
  };
}

/** When the last message was stored that the stream has ever held, epoch milliseconds. An empty one may tell it as the first one's (nats-server 2.9.10). */
export function endMs({ first_ts, last_ts }: StreamInfo['state']): number {
  return Math.max(Date.parse(String(first_ts)), Date.parse(String(last_ts)));
}
