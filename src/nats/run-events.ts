import type { JetStreamManager, StoredMsg } from 'nats';
import type { StoredRunEvent } from '../classify/run-uses.ts';
import { parseJson } from '../contracts/parse-json.ts';
import { type Run, runKey } from '../contracts/run.ts';
import { RunEvent } from '../contracts/run-event.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import { messagesBefore } from './messages-before.ts';
import { lastMessage, nextMessage } from './stored-message.ts';

/**
 * What a run's host has said of it that may decide, see `LogHistory.eventsOf`: one read for most runs, two where its start is asked for,
 * and more only where its id was used twice. What names another run than its subject does is nobody's word.
 *
 * @throws a NATS error when JetStream does not answer
 */
export async function runEventsOf(
  manager: JetStreamManager,
  subjects: Subjects,
  run: Run,
  isStartKnown: boolean,
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
  const isStart = eventIn(end)[0]?.event.type === 'started';
  if (isStartKnown && !isStart) return eventIn(end);
  const first = await next(subject, 1);
  if (!first || first.seq >= end.seq) return eventIn(end);
  const between = isStart ? await messagesBefore({ next, last }, [subject], first.seq + 1, end.seq) : [];
  return [first, ...between, end].flatMap(eventIn);
}
