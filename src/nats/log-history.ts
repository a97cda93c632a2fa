import type { JetStreamManager, StoredMsg } from 'nats';
import { type Early, LOG_HEADERS, type UnlabelledCodec } from '../contracts/log-headers.ts';
import { parseJson } from '../contracts/parse-json.ts';
import { isBefore } from '../contracts/position.ts';
import type { Run, StreamName } from '../contracts/run.ts';
import { RunEvent } from '../contracts/run-event.ts';
import type { Position } from '../contracts/run-state.ts';
import { CONSUMERS, STREAMS, type Subjects } from '../contracts/subjects.ts';
import { decodePayload } from '../decode/codecs.ts';
import { lastOf } from '../pipeline/ports/last-output.ts';
import { createOpening, type Opening, type OpeningCollector } from '../pipeline/ports/opening.ts';
import type { LastOutput, LoggedLine, LogHistory } from '../pipeline/ports/ports.ts';
import { isLabelled, logHeader } from './consume/log-header.ts';
import { createLogBegin, type LogBeginReader } from './log-begin.ts';
import { isStartLost } from './lost-start.ts';
import { MOST_BYTES, messagesBefore, readBack } from './messages-before.ts';
import { runEventsOf } from './run-events.ts';
import type { StoreLossStore } from './store/store-loss-store.ts';
import { lastMessage, nextMessage } from './stored-message.ts';
import { createUnreadFrom } from './unread-from.ts';

const BOTH: readonly StreamName[] = ['stdout', 'stderr'];

/** How many messages are read for a stream's first lines: a publisher may send each line by itself. */
const OPENING_MESSAGES = 256;
/** Of how many streams the first lines are kept while more of them may come, to save reading them again. */
const OPENINGS_KEPT = 1_000;

/**
 * Reads back what runs have said, straight from the log stream by subject.
 *
 * @param unlabelled how messages without any `Knell-` header are read; left out: as plain lines
 * @param logBegin left out: one that has seen nothing of the stream yet
 * @param lastLoss when the server last lost what was stored; left out: never
 */
export function createLogHistory(
  manager: JetStreamManager,
  subjects: Subjects,
  unlabelled?: UnlabelledCodec,
  logBegin: Pick<LogBeginReader, 'begin'> = createLogBegin(manager),
  lastLoss: StoreLossStore['get'] = async () => undefined,
): LogHistory {
  const unreadFrom = createUnreadFrom(manager, STREAMS.logs, CONSUMERS.logs);
  const unreadEventsFrom = createUnreadFrom(manager, STREAMS.runs, CONSUMERS.runs);
  const next = (filter: string, seq: number) => nextMessage(manager, STREAMS.logs, filter, seq);
  const last = (filter: string) => lastMessage(manager, STREAMS.logs, filter);

  function linesOf(message: StoredMsg): (LoggedLine & LastOutput)[] {
    const stream = subjects.parseLogs(message.subject)?.stream;
    const codec = logHeader(message.header, LOG_HEADERS.codec);
    const data = Buffer.from(message.data);
    const labelled = isLabelled(message.header);
    const isEarly = logHeader(message.header, LOG_HEADERS.early) === ('certain' satisfies Early);
    const payload = decodePayload(data, { codec, subject: message.subject, labelled, unlabelled });
    if (!stream) return [];
    // The server's time, not the publisher's: how long a run has been silent is reckoned from it.
    const atMs = message.time.getTime();
    // What can't be read was said all the same.
    if (!payload.ok) return [{ stream, position: { seq: message.seq, row: 0 }, text: '', raw: data, atMs }];
    return payload.rows.map(({ raw, stream: own, unread }, row) => ({
      stream: own ?? stream,
      position: { seq: message.seq, row },
      text: unread ? '' : raw.toString('utf8'),
      raw,
      atMs,
      ...(isEarly && { isEarly }),
    }));
  }

  /** As far as they were read: what has been printed since is added when they are asked for again. */
  const openings = new Map<string, { collected: OpeningCollector; seq: number; messages: number }>();

  /** What the messages of one subject have of a stream's first lines. */
  async function openingOf(subject: string, stream: StreamName): Promise<Opening> {
    const key = `${stream} ${subject}`;
    const known = openings.get(key) ?? { collected: createOpening(), seq: 1, messages: 0 };
    openings.delete(key);
    if (openings.size >= OPENINGS_KEPT) openings.delete(openings.keys().next().value as string);
    openings.set(key, known);
    if (known.collected.complete || known.messages >= OPENING_MESSAGES)
      return { lines: [...known.collected.lines], complete: true };
    const end = await last(subject);
    while (end && known.seq <= end.seq && !known.collected.complete && known.messages < OPENING_MESSAGES) {
      const message = known.seq === end.seq ? end : await next(subject, known.seq);
      if (!message) break;
      // Asked for twice at the same time, a message may be read twice; it is taken in once.
      if (message.seq < known.seq) continue;
      known.seq = message.seq + 1;
      known.messages += 1;
      for (const line of linesOf(message)) if (line.stream === stream) known.collected.add(line.text);
    }
    const complete = known.collected.complete || known.messages >= OPENING_MESSAGES;
    return { lines: [...known.collected.lines], complete };
  }

  /**
   * One stream's messages from a sequence on, up to the one that is the last now. Without knowing the last, the server
   * would look through all that other runs have said since, only to find nothing more.
   */
  async function* messagesFrom(subject: string, fromSeq: number): AsyncGenerator<StoredMsg, undefined> {
    const end = await last(subject);
    for (let seq = fromSeq; end && seq <= end.seq; ) {
      const message = seq === end.seq ? end : await next(subject, seq);
      if (!message) return;
      yield message;
      seq = message.seq + 1;
    }
  }

  /** The lines after a position, of at most so many bytes of messages, and whether that is all there is. */
  async function readAfter(
    run: Run,
    position: Position,
    limit: number,
    mostBytes = Number.POSITIVE_INFINITY,
  ): Promise<{ readonly lines: LoggedLine[]; readonly isAll: boolean }> {
    const lines: LoggedLine[] = [];
    const streams = BOTH.map((stream) => messagesFrom(subjects.logs(run, stream), position.seq));
    const heads = await Promise.all(streams.map((messages) => messages.next()));
    for (let bytes = 0; ; ) {
      const [out, err] = heads.map((head) => head.value?.seq ?? Number.POSITIVE_INFINITY) as [number, number];
      const first = out < err ? 0 : 1;
      const message = heads[first]?.value;
      if (!message) return { lines, isAll: true };
      bytes += message.data.length;
      if (bytes > mostBytes) return { lines, isAll: false };
      for (const line of linesOf(message)) {
        if (!isBefore(position, line.position)) continue;
        if (lines.length >= limit) return { lines, isAll: false };
        lines.push(line);
      }
      heads[first] = await (streams[first] as (typeof streams)[number]).next();
    }
  }

  return {
    async opening(run, stream) {
      const own = await openingOf(subjects.logs(run, stream), stream);
      if (own.lines.length > 0) return own;
      // Where a carrier's rows say which stream they are of, both may come on one subject.
      const other = await openingOf(subjects.logs(run, stream === 'stdout' ? 'stderr' : 'stdout'), stream);
      return other.lines.length > 0 ? other : own;
    },
    linesAfter: async (run, position, limit) => (await readAfter(run, position, limit)).lines,
    async unreadLines(run, limit) {
      const { lines, isAll } = await readAfter(run, { seq: await unreadFrom(), row: -1 }, limit, MOST_BYTES);
      return isAll ? lines : undefined;
    },
    async unreadBefore(run, seq) {
      const subjectsOf = BOTH.map((stream) => subjects.logs(run, stream));
      return (await messagesBefore({ next, last }, subjectsOf, await unreadFrom(), seq)).flatMap(linesOf);
    },
    eventsOf: (run, isStartKnown) => runEventsOf(manager, subjects, run, isStartKnown, unreadEventsFrom),
    isStartLost: (run) => isStartLost(manager, subjects, run, lastLoss),
    begin: () => logBegin.begin(),
    async lastTree(run) {
      // Heartbeats are not written into run states: the stream holds the last one, and it is read when it matters.
      const event = await lastMessage(manager, STREAMS.runs, subjects.runs(run));
      const life = event && RunEvent.safeParse(parseJson(event.data)).data;
      return event && life && 'tree' in life && life.tree
        ? { tree: life.tree, storedMs: event.time.getTime() }
        : undefined;
    },
    async lastOutput(run, only) {
      const streams: readonly StreamName[] = only ? [only] : BOTH;
      const messages = await Promise.all(streams.map((stream) => last(subjects.logs(run, stream))));
      return lastOf(messages.flatMap((message) => (message ? linesOf(message) : [])));
    },
    async lastLines(run, stream, mostMessages) {
      const subject = subjects.logs(run, stream);
      const [first, end] = await Promise.all([next(subject, 1), last(subject)]);
      if (!first || !end) return { lines: [], isAll: true };
      const { messages, isAll } = await readBack({ next, last }, [subject], first.seq, end.seq + 1, mostMessages);
      return { lines: messages.flatMap(linesOf).filter((line) => line.stream === stream), isAll };
    },
  };
}
