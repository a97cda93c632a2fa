import type { JetStreamManager, JsMsg, NatsConnection } from 'nats';
import type { RunUse } from '../classify/run-uses.ts';
import { LOG_HEADERS, type UnlabelledCodec } from '../contracts/log-headers.ts';
import { type Run, runKey, type StreamName } from '../contracts/run.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import { decodePayload } from '../decode/codecs.ts';
import type { RunMoment } from '../pipeline/ports/run-moment.ts';
import { isLabelled, logHeader } from './consume/log-header.ts';
import { messagesOn, type RunReader, readByConsumer, storedMs } from './read-run.ts';
import { endingOf, type RunEnding } from './run-ending.ts';
import { lastMessage, nextMessage } from './stored-message.ts';
import { storedMoments, storedUses } from './stored-moments.ts';

/** A run whose output is stored: one use of its id. */
export interface LoggedRun {
  readonly run: Run;
  /** `agent.execution.attempt`, and where the id was used before, `#2`, `#3`, … */
  readonly name: string;
  readonly runtime: string | undefined;
  /** When its first line was stored, epoch milliseconds. */
  readonly atMs: number;
  readonly ending: RunEnding;
  /** Its lines in the order in which they were stored, anew each time. */
  chunks(): AsyncGenerator<LoggedChunk>;
  /** All that it said and its host said of it, up to its exit, each with its time; anew each time. */
  moments(): AsyncGenerator<RunMoment>;
}

interface LoggedChunk {
  readonly stream: StreamName;
  readonly data: Buffer;
  readonly atMs: number;
  readonly format?: string;
}

const NEWLINE = Buffer.from('\n');

/**
 * The runs that have said anything since a moment, in order of their names; where an id was used several times, each use for
 * itself. Only one run is read at a time, so memory does not grow with the stream.
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
  const reader = readByConsumer(connection, manager, subjects);
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
    if (lastMs < sinceMs) continue;
    const uses = await storedUses(reader, one.run);
    for (const [index, use] of uses.entries()) {
      const logged = await loggedUse(connection, manager, subjects, reader, one.run, use, unlabelled);
      if (logged) yield { ...logged, name: index === 0 ? runKey(one.run) : `${runKey(one.run)}#${index + 1}` };
    }
  }
}

/** Undefined where nothing that this use said is stored. */
async function loggedUse(
  connection: NatsConnection,
  manager: JetStreamManager,
  subjects: Subjects,
  reader: RunReader,
  run: Run,
  use: RunUse,
  unlabelled: UnlabelledCodec | undefined,
): Promise<Omit<LoggedRun, 'name'> | undefined> {
  const filter = `${subjects.prefix}.logs.${runKey(run)}.*`;
  const first =
    use.fromMs === 0 ? await nextMessage(manager, STREAMS.logs, filter, 1) : await firstSince(manager, filter, use);
  if (!first || first.time.getTime() >= use.untilMs) return undefined;
  const started = use.events.find(({ event }) => event.type === 'started')?.event;
  return {
    run,
    runtime:
      logHeader(first.header, LOG_HEADERS.runtime) ?? (started?.type === 'started' ? started.runtime : undefined),
    atMs: first.time.getTime(),
    ending: await endingOf(manager, subjects, run, use),
    async *chunks() {
      for await (const message of messagesOn(connection, manager, STREAMS.logs, filter)) {
        const atMs = storedMs(message);
        if (atMs >= use.untilMs) return;
        if (atMs >= use.fromMs) yield* chunksOf(message, subjects, unlabelled);
      }
    },
    moments: () => storedMoments(reader, run, use),
  };
}

async function firstSince(manager: JetStreamManager, filter: string, { fromMs }: RunUse) {
  for (let seq = 1; ; ) {
    const message = await nextMessage(manager, STREAMS.logs, filter, seq);
    if (!message || message.time.getTime() >= fromMs) return message;
    seq = message.seq + 1;
  }
}

function* chunksOf(
  message: JsMsg,
  subjects: Subjects,
  unlabelled: UnlabelledCodec | undefined,
): Generator<LoggedChunk> {
  const stream = subjects.parseLogs(message.subject)?.stream;
  if (!stream) return;
  const atMs = storedMs(message);
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
