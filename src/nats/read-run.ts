import {
  consumerOpts,
  type JetStreamManager,
  type JsMsg,
  type MsgHdrs,
  type NatsConnection,
  type StoredMsg,
} from 'nats';
import { type Run, runKey, StreamName } from '../contracts/run.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import type { RunMoment } from '../pipeline/ports/run-moment.ts';
import { isLabelled, logHeader } from './consume/log-header.ts';
import { lastMessage, nextMessage } from './stored-message.ts';

export type OutputMoment = Extract<RunMoment, { output: unknown }>;

/** Reads what the streams hold of one run now, in the order in which it was stored. All throw what the server answers. */
export interface RunReader {
  /** What its host said: payloads, and when they were stored (epoch milliseconds). */
  events(run: Run): AsyncGenerator<{ readonly data: Uint8Array; readonly atMs: number }>;
  /** What it printed from a moment on. */
  output(run: Run, fromMs: number): AsyncGenerator<OutputMoment>;
}

/** Asks for one message at a time, so that nothing piles up, however slowly it is taken; a server that is away is an error. */
export function readByRequest(manager: JetStreamManager, subjects: Subjects): RunReader {
  /** One subject's messages up to the one that is the last now: beyond it the server would search in what others have said. */
  async function* messagesOf(stream: string, subject: string): AsyncGenerator<StoredMsg, undefined> {
    const end = await lastMessage(manager, stream, subject);
    for (let seq = 1; end && seq <= end.seq; ) {
      const message = seq === end.seq ? end : await nextMessage(manager, stream, subject, seq);
      if (!message) return;
      seq = message.seq + 1;
      yield message;
    }
  }
  return {
    async *events(run) {
      for await (const { data, time } of messagesOf(STREAMS.runs, subjects.runs(run))) {
        yield { data, atMs: time.getTime() };
      }
    },
    async *output(run, fromMs) {
      const streams = StreamName.options.map((stream) => messagesOf(STREAMS.logs, subjects.logs(run, stream)));
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
    },
  };
}

/** Has the server send all of it as fast as it is taken, for who reads many runs and does nothing else. */
export function readByConsumer(connection: NatsConnection, manager: JetStreamManager, subjects: Subjects): RunReader {
  return {
    async *events(run) {
      for await (const message of messagesOn(connection, manager, STREAMS.runs, subjects.runs(run))) {
        yield { data: message.data, atMs: storedMs(message) };
      }
    },
    async *output(run, fromMs) {
      const filter = `${subjects.prefix}.logs.${runKey(run)}.*`;
      for await (const message of messagesOn(connection, manager, STREAMS.logs, filter)) {
        const atMs = storedMs(message);
        if (atMs >= fromMs) yield momentOf(message, message.headers, atMs, subjects);
      }
    },
  };
}

/** All that a stream holds now under a subject filter, by a consumer that is forgotten. */
export async function* messagesOn(
  connection: NatsConnection,
  manager: JetStreamManager,
  stream: string,
  filter: string,
): AsyncGenerator<JsMsg> {
  // Where there is nothing, or all of it has grown too old meanwhile, there is nothing to wait for.
  if (!(await nextMessage(manager, stream, filter, 1))) return;
  const options = consumerOpts();
  options.bindStream(stream);
  options.orderedConsumer();
  const messages = await connection.jetstream().subscribe(filter, options);
  try {
    for await (const message of messages) {
      yield message;
      if (message.info.pending === 0) return;
    }
  } finally {
    messages.unsubscribe();
  }
}

/** When the server stored a message, epoch milliseconds. */
export function storedMs(message: JsMsg): number {
  return Math.floor(message.info.timestampNanos / 1e6);
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
