import type { JetStreamManager, MsgHdrs, NatsConnection, StoredMsg } from 'nats';
import type { RunUse } from '../classify/run-uses.ts';
import { type Run, runKey, StreamName } from '../contracts/run.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import type { RunMoment } from '../pipeline/ports/run-moment.ts';
import { isLabelled, logHeader } from './consume/log-header.ts';
import { lastMessage, nextMessage } from './stored-message.ts';
import { messagesOn, storedMs } from './stored-uses.ts';

type OutputMoment = Extract<RunMoment, { output: unknown }>;

/** How a run's output is read: each message is asked for when its turn comes, or all are sent as fast as they are taken. */
export type ReadOutput = (run: Run, fromMs: number) => AsyncGenerator<OutputMoment>;

/**
 * All that one use of a run's id said and was said of it, in the order of the server's times, up to its exit.
 *
 * @throws what the server answers
 */
export async function* storedMoments(read: ReadOutput, run: Run, use: RunUse): AsyncGenerator<RunMoment, undefined> {
  const events = [...use.events];
  const untilMs = Math.min(use.untilMs, (use.exit?.atMs ?? Number.POSITIVE_INFINITY) + 1);
  for await (const moment of read(run, use.fromMs)) {
    if (moment.atMs >= untilMs) break;
    // What was printed in the very millisecond of the exit was printed before it.
    while (events[0] && events[0].atMs <= moment.atMs && events[0].event.type !== 'exited') {
      yield events.shift() as (typeof events)[number];
    }
    yield moment;
  }
  yield* events;
}

/** Asks for one message of each stream at a time, so that nothing piles up, however slowly it is taken. */
export function readByRequest(manager: JetStreamManager, subjects: Subjects): ReadOutput {
  /** One stream's messages up to the one that is the last now: beyond it the server would search in what others have said. */
  async function* messagesOf(subject: string): AsyncGenerator<StoredMsg, undefined> {
    const end = await lastMessage(manager, STREAMS.logs, subject);
    for (let seq = 1; end && seq <= end.seq; ) {
      const message = seq === end.seq ? end : await nextMessage(manager, STREAMS.logs, subject, seq);
      if (!message) return;
      seq = message.seq + 1;
      yield message;
    }
  }
  return async function* read(run, fromMs) {
    const streams = StreamName.options.map((stream) => messagesOf(subjects.logs(run, stream)));
    const heads = await Promise.all(streams.map((messages) => messages.next()));
    for (;;) {
      const seqs = heads.map(({ value }) => value?.seq ?? Number.POSITIVE_INFINITY);
      const first = seqs.indexOf(Math.min(...seqs));
      const message = heads[first]?.value;
      if (!message) return;
      const atMs = message.time.getTime();
      if (atMs >= fromMs) yield momentOf(message, message.header, atMs, subjects);
      heads[first] = await (streams[first] as (typeof streams)[number]).next();
    }
  };
}

/** Has the server send all of it, for who reads many runs and does nothing else. */
export function readByConsumer(connection: NatsConnection, manager: JetStreamManager, subjects: Subjects): ReadOutput {
  return async function* read(run, fromMs) {
    const filter = `${subjects.prefix}.logs.${runKey(run)}.*`;
    for await (const message of messagesOn(connection, manager, STREAMS.logs, filter)) {
      const atMs = storedMs(message);
      if (atMs >= fromMs) yield momentOf(message, message.headers, atMs, subjects);
    }
  };
}

function momentOf(
  { subject, data, seq }: Pick<StoredMsg, 'subject' | 'data' | 'seq'>,
  headers: MsgHdrs | undefined,
  atMs: number,
  subjects: Subjects,
): OutputMoment {
  return {
    atMs,
    output: {
      stream: subjects.parseLogs(subject)?.stream ?? 'stdout',
      subject,
      data: Buffer.from(data),
      header: (name) => logHeader(headers, name),
      labelled: isLabelled(headers),
      seq,
    },
  };
}
