import type { JetStreamManager, StoredMsg } from 'nats';
import type { RunUse } from '../classify/run-uses.ts';
import { type Run, StreamName } from '../contracts/run.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import type { RunMoment, StoredOutput } from '../pipeline/ports/run-moment.ts';
import { isLabelled, logHeader } from './consume/log-header.ts';
import { lastMessage, nextMessage } from './stored-message.ts';

/**
 * All that one use of a run's id said and was said of it, in the order of the server's times, up to its exit. One message of
 * each stream is asked for at a time, so nothing piles up, however slowly it is taken.
 *
 * @throws what the server answers
 */
export async function* storedMoments(
  manager: JetStreamManager,
  subjects: Subjects,
  run: Run,
  use: RunUse,
): AsyncGenerator<RunMoment, undefined> {
  const events = [...use.events];
  const untilMs = Math.min(use.untilMs, (use.exit?.atMs ?? Number.POSITIVE_INFINITY) + 1);
  for await (const output of outputBetween(manager, subjects, run, use.fromMs, untilMs)) {
    const { time } = output;
    const atMs = time.getTime();
    // What was printed in the very millisecond of the exit was printed before it.
    while (events[0] && events[0].atMs <= atMs && events[0].event.type !== 'exited') {
      yield events.shift() as (typeof events)[number];
    }
    yield { atMs, output: asOutput(output, subjects) };
  }
  yield* events;
}

/** Both streams' messages that were stored from one time up to another, in order. */
async function* outputBetween(
  manager: JetStreamManager,
  subjects: Subjects,
  run: Run,
  fromMs: number,
  untilMs: number,
): AsyncGenerator<StoredMsg, undefined> {
  const streams = StreamName.options.map((stream) => messagesOf(manager, subjects.logs(run, stream), fromMs));
  const heads = await Promise.all(streams.map((messages) => messages.next()));
  for (;;) {
    const seqs = heads.map(({ value }) => value?.seq ?? Number.POSITIVE_INFINITY);
    const first = seqs.indexOf(Math.min(...seqs));
    const message = heads[first]?.value;
    if (!message || message.time.getTime() >= untilMs) return;
    yield message;
    heads[first] = await (streams[first] as (typeof streams)[number]).next();
  }
}

/** One stream's messages up to the one that is the last now: beyond it the server would search in what others have said. */
async function* messagesOf(
  manager: JetStreamManager,
  subject: string,
  fromMs: number,
): AsyncGenerator<StoredMsg, undefined> {
  const end = await lastMessage(manager, STREAMS.logs, subject);
  for (let seq = 1; end && seq <= end.seq; ) {
    const message = seq === end.seq ? end : await nextMessage(manager, STREAMS.logs, subject, seq);
    if (!message) return;
    seq = message.seq + 1;
    if (message.time.getTime() >= fromMs) yield message;
  }
}

function asOutput({ subject, data, header, seq }: StoredMsg, subjects: Subjects): StoredOutput {
  return {
    stream: subjects.parseLogs(subject)?.stream ?? 'stdout',
    subject,
    data: Buffer.from(data),
    header: (name) => logHeader(header, name),
    labelled: isLabelled(header),
    seq,
  };
}
