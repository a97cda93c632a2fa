import { type JetStreamManager, NatsError, type StoredMsg } from 'nats';
import { LOG_HEADERS } from '../contracts/log-headers.ts';
import type { Run, StreamName } from '../contracts/run.ts';
import { RunExited, RunHeartbeat } from '../contracts/run-event.ts';
import type { Position } from '../contracts/run-state.ts';
import { CONSUMERS, STREAMS, type Subjects } from '../contracts/subjects.ts';
import { decodePayload } from '../decode/codecs.ts';
import { lastOf } from '../pipeline/ports/last-output.ts';
import type { LastOutput, LoggedLine, LogHistory } from '../pipeline/ports/ports.ts';
import { logHeader } from './consume/log-header.ts';
import { lastMessage, nextMessage } from './stored-message.ts';

const BOTH: readonly StreamName[] = ['stdout', 'stderr'];

/** How many messages of blank lines are looked through for a first line. */
const MAX_BLANK_MESSAGES = 16;

/** Reads back what runs have said, straight from the log stream by subject. */
export function createLogHistory(manager: JetStreamManager, subjects: Subjects): LogHistory {
  let asking: Promise<number> | undefined;
  const next = (filter: string, seq: number) => nextMessage(manager, STREAMS.logs, filter, seq);
  const last = (filter: string) => lastMessage(manager, STREAMS.logs, filter);

  function linesOf(message: StoredMsg): (LoggedLine & LastOutput)[] {
    const stream = subjects.parseLogs(message.subject)?.stream;
    const codec = logHeader(message.header, LOG_HEADERS.codec);
    const data = Buffer.from(message.data);
    const payload = decodePayload(data, { codec, subject: message.subject });
    if (!stream) return [];
    // The server's time, not the publisher's: how long a run has been silent is reckoned from it.
    const atMs = message.time.getTime();
    // What can't be read was said all the same.
    if (!payload.ok) return [{ stream, position: { seq: message.seq, row: 0 }, text: '', raw: data, atMs }];
    return payload.rows.map(({ raw, stream: own }, row) => ({
      stream: own ?? stream,
      position: { seq: message.seq, row },
      text: raw.toString('utf8'),
      raw,
      atMs,
    }));
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

  async function linesAfter(run: Run, position: Position, limit: number): Promise<LoggedLine[]> {
    const after: LoggedLine[] = [];
    const streams = BOTH.map((stream) => messagesFrom(subjects.logs(run, stream), position.seq));
    const heads = await Promise.all(streams.map((messages) => messages.next()));
    while (after.length < limit) {
      const [out, err] = heads.map((head) => head.value?.seq ?? Number.POSITIVE_INFINITY) as [number, number];
      const first = out < err ? 0 : 1;
      const message = heads[first]?.value;
      if (!message) break;
      for (const line of linesOf(message)) {
        const isAfter = line.position.seq > position.seq || line.position.row > position.row;
        if (isAfter && after.length < limit) after.push(line);
      }
      heads[first] = await (streams[first] as (typeof streams)[number]).next();
    }
    return after;
  }

  return {
    async firstLine(run, stream) {
      let seq = 1;
      for (let looked = 0; looked < MAX_BLANK_MESSAGES; looked += 1) {
        const message = await next(subjects.logs(run, stream), seq);
        if (!message) return undefined;
        const line = linesOf(message).find(({ text }) => text.trim() !== '');
        if (line) return line.text;
        seq = message.seq + 1;
      }
      return undefined;
    },
    linesAfter,
    async unreadLines(run, limit) {
      // Many runs are asked about at once when many are due; an answer that is a little old only means more lines.
      asking ??= doneUpTo(manager).finally(() => {
        asking = undefined;
      });
      const floor = await asking;
      return linesAfter(run, { seq: floor, row: Number.MAX_SAFE_INTEGER }, limit);
    },
    async hasExited(run) {
      const event = await lastMessage(manager, STREAMS.runs, subjects.runs(run));
      return event !== undefined && RunExited.safeParse(jsonOf(event)).success;
    },
    async lastTree(run) {
      // Heartbeats are not written into run states: the stream holds the last one, and it is read when it matters.
      const event = await lastMessage(manager, STREAMS.runs, subjects.runs(run));
      const heartbeat = event && RunHeartbeat.safeParse(jsonOf(event)).data;
      return event && heartbeat?.tree ? { tree: heartbeat.tree, storedMs: event.time.getTime() } : undefined;
    },
    async lastOutput(run, only) {
      const streams: readonly StreamName[] = only ? [only] : BOTH;
      const messages = await Promise.all(streams.map((stream) => last(subjects.logs(run, stream))));
      return lastOf(messages.flatMap((message) => (message ? linesOf(message) : [])));
    },
  };
}

/** The sequence in the log stream up to which workers are done with all messages; 0 where none has ever been here. */
async function doneUpTo(manager: JetStreamManager): Promise<number> {
  try {
    return (await manager.consumers.info(STREAMS.logs, CONSUMERS.logs)).ack_floor.stream_seq;
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.code === 404) return 0;
    throw error;
  }
}

function jsonOf({ data }: StoredMsg): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    return undefined;
  }
}
