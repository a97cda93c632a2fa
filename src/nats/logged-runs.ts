import { consumerOpts, type JetStreamManager, type JsMsg, type NatsConnection } from 'nats';
import { LOG_HEADERS, type UnlabelledCodec } from '../contracts/log-headers.ts';
import { parseJson } from '../contracts/parse-json.ts';
import { type Run, runKey, type StreamName } from '../contracts/run.ts';
import { RunStarted } from '../contracts/run-event.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import { decodePayload } from '../decode/codecs.ts';
import { isLabelled, logHeader } from './consume/log-header.ts';
import { endingOf, type RunEnding } from './run-ending.ts';
import { lastMessage, nextMessage } from './stored-message.ts';

/** A run whose output is stored. */
export interface LoggedRun {
  readonly run: Run;
  readonly runtime: string | undefined;
  /** When its first line was stored, epoch milliseconds. */
  readonly atMs: number;
  readonly ending: RunEnding;
  /** Its lines in the order in which they were stored, anew each time. */
  chunks(): AsyncGenerator<LoggedChunk>;
}

interface LoggedChunk {
  readonly stream: StreamName;
  readonly data: Buffer;
  readonly atMs: number;
  readonly format?: string;
}

const NEWLINE = Buffer.from('\n');

/**
 * The runs that have said anything since a moment, in order of their names. Only one run is read at a time, so memory
 * does not grow with the stream.
 *
 * @param sinceMs epoch milliseconds
 * @param unlabelled how messages without any `Knell-` header are read
 * @throws what the server answers
 */
export async function* loggedRuns(
  connection: NatsConnection,
  subjects: Subjects,
  sinceMs: number,
  unlabelled?: UnlabelledCodec,
): AsyncGenerator<LoggedRun> {
  const manager = await connection.jetstreamManager();
  const { state } = await manager.streams.info(STREAMS.logs, { subjects_filter: subjects.all('logs') });
  const found = new Map<string, { run: Run; subjects: string[] }>();
  for (const subject of Object.keys(state.subjects ?? {})) {
    const run = subjects.parseLogs(subject)?.run;
    if (!run) continue;
    const known = found.get(runKey(run)) ?? { run, subjects: [] };
    known.subjects.push(subject);
    found.set(runKey(run), known);
  }
  for (const [, one] of [...found].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const lasts = await Promise.all(one.subjects.map((subject) => lastMessage(manager, STREAMS.logs, subject)));
    const lastMs = Math.max(...lasts.map((message) => message?.time.getTime() ?? 0));
    if (lastMs >= sinceMs) yield await loggedRun(connection, manager, subjects, one.run, unlabelled);
  }
}

async function loggedRun(
  connection: NatsConnection,
  manager: JetStreamManager,
  subjects: Subjects,
  run: Run,
  unlabelled: UnlabelledCodec | undefined,
): Promise<LoggedRun> {
  const filter = `${subjects.prefix}.logs.${runKey(run)}.*`;
  const [first, begun, ending] = await Promise.all([
    nextMessage(manager, STREAMS.logs, filter, 1),
    nextMessage(manager, STREAMS.runs, subjects.runs(run), 1),
    endingOf(manager, subjects, run),
  ]);
  return {
    run,
    runtime:
      logHeader(first?.header, LOG_HEADERS.runtime) ?? RunStarted.safeParse(parseJson(begun?.data)).data?.runtime,
    atMs: first?.time.getTime() ?? 0,
    ending,
    async *chunks() {
      for await (const message of messagesOn(connection, filter)) yield* chunksOf(message, subjects, unlabelled);
    },
  };
}

/** All that is stored on a subject now. */
async function* messagesOn(connection: NatsConnection, filter: string): AsyncGenerator<JsMsg> {
  const options = consumerOpts();
  options.bindStream(STREAMS.logs);
  options.orderedConsumer();
  const manager = await connection.jetstreamManager();
  // Where all of it has grown too old meanwhile, there is nothing to wait for.
  if (!(await nextMessage(manager, STREAMS.logs, filter, 1))) return;
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

function* chunksOf(
  message: JsMsg,
  subjects: Subjects,
  unlabelled: UnlabelledCodec | undefined,
): Generator<LoggedChunk> {
  const stream = subjects.parseLogs(message.subject)?.stream;
  if (!stream) return;
  const atMs = Math.floor(message.info.timestampNanos / 1e6);
  const codec = logHeader(message.headers, LOG_HEADERS.codec);
  const declared = logHeader(message.headers, LOG_HEADERS.format);
  const labelled = isLabelled(message.headers);
  const about = { atMs, ...(declared !== undefined && { format: declared }) };
  const data = Buffer.from(message.data);
  const payload = decodePayload(data, { codec, subject: message.subject, labelled, unlabelled });
  if (!payload.ok) return;
  for (let row = 0; row < payload.rows.length; ) {
    const own = payload.rows[row]?.stream ?? stream;
    const lines: Buffer[] = [];
    for (; row < payload.rows.length && (payload.rows[row]?.stream ?? stream) === own; row += 1) {
      const each = payload.rows[row];
      if (each && !each.unread) lines.push(each.raw, NEWLINE);
    }
    yield { ...about, stream: own, data: Buffer.concat(lines) };
  }
}
