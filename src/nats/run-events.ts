import type { JetStreamManager, StoredMsg } from 'nats';
import type { StoredRunEvent } from '../classify/run-uses.ts';
import { parseJson } from '../contracts/parse-json.ts';
import { type Run, runKey } from '../contracts/run.ts';
import { RunEvent } from '../contracts/run-event.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import { MOST_BYTES, messagesBefore } from './messages-before.ts';
import { lastMessage, nextMessage } from './stored-message.ts';

/** So many of a run's events are read from the front at most; a start that stands further from it than from the end is found from there. */
const MOST_FROM_FRONT = 100;

/**
 * What a run's host has said of it that may decide, see `LogHistory.eventsOf`: one read for most runs, and one for each event that stands
 * between the first that may be unread and the last. What can't be read, or names another run than its subject does, is nobody's word.
 *
 * @param unreadFrom the first sequence in the stream of run events that workers may not be done with
 * @throws a NATS error when JetStream does not answer
 */
export async function runEventsOf(
  manager: JetStreamManager,
  subjects: Subjects,
  run: Run,
  isStartKnown: boolean,
  unreadFrom: () => Promise<number>,
): Promise<StoredRunEvent[]> {
  const next = (filter: string, seq: number) => nextMessage(manager, STREAMS.runs, filter, seq);
  const last = (filter: string) => lastMessage(manager, STREAMS.runs, filter);
  const eventIn = ({ data, time }: StoredMsg): StoredRunEvent[] => {
    const event = RunEvent.safeParse(parseJson(data)).data;
    return event && runKey(event) === runKey(run) ? [{ event, atMs: time.getTime() }] : [];
  };
  const subject = subjects.runs(run);
  const end = await last(subject);
  if (!end) return [];
  const found: StoredMsg[] = [];
  let from = isStartKnown ? await unreadFrom() : 1;
  for (let bytes = 0; from < end.seq && found.length < MOST_FROM_FRONT && bytes < MOST_BYTES; ) {
    const message = await next(subject, from);
    if (!message || message.seq >= end.seq) return [...found, end].flatMap(eventIn);
    found.push(message);
    bytes += message.data.length;
    from = message.seq + 1;
  }
  return [...found, ...(await messagesBefore({ next, last }, [subject], from, end.seq)), end].flatMap(eventIn);
}
