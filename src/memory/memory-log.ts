import type { Early, UnlabelledCodec } from '../contracts/log-headers.ts';
import { isBefore } from '../contracts/position.ts';
import { type Run, runKey, type StreamName } from '../contracts/run.ts';
import { decodePayload } from '../decode/codecs.ts';
import { lastOf } from '../pipeline/ports/last-output.ts';
import { createOpening, type OpeningCollector } from '../pipeline/ports/opening.ts';
import type { LastOutput, LoggedLine, LogHistory, SeenTree } from '../pipeline/ports/ports.ts';

export interface LoggedMessage {
  readonly run: Run;
  readonly stream: StreamName;
  readonly subject: string;
  readonly data: Buffer;
  readonly codec?: string;
  /** It has some `Knell-` header; left out: it has one where it names a codec. */
  readonly labelled?: boolean;
  readonly early?: Early | undefined;
  readonly seq: number;
  readonly storedMs: number;
}

export interface MemoryLogOptions {
  /** How much of each run's output is kept: its last so many bytes, the last message always. */
  readonly keepBytes?: number;
  /** What is put into it may be cut out of a longer log. */
  readonly cutOut?: boolean;
  /** How messages without any `Knell-` header are read; left out: as plain lines. */
  readonly unlabelled?: UnlabelledCodec;
}

export interface MemoryLog extends LogHistory {
  append(message: LoggedMessage): void;
  /** What the run's host says of its process tree. Only the last word is kept. */
  tellTree(run: Run, seen: SeenTree): void;
  /** Forgets a run's messages. */
  forget(run: Run): void;
}

/** What is kept of one run. */
interface Kept {
  /** What each stream began with: it tells for ever how the stream is to be read. */
  readonly openings: Readonly<Record<StreamName, OpeningCollector>>;
  /** The last message of each stream that is not blank, however much the other one has said since. */
  readonly last: Map<StreamName, LoggedMessage>;
  /** The newest messages, oldest first. Those before `start` are let go. */
  messages: LoggedMessage[];
  start: number;
  bytes: number;
  /** The newest message that was let go. */
  gone?: LoggedMessage;
}

const KEEP_BYTES = 4 * 1024 * 1024;
/** What a message costs beside its text. */
const MESSAGE_BYTES = 512;

/** The log stream, kept in process. It stays small: of a run that has printed gigabytes only the newest output is there. */
export function createMemoryLog({
  keepBytes = KEEP_BYTES,
  unlabelled,
  cutOut = false,
}: MemoryLogOptions = {}): MemoryLog {
  const runs = new Map<string, Kept>();
  const trees = new Map<string, SeenTree>();
  const linesOf = (message: LoggedMessage) => linesIn(message, unlabelled);

  function letGo(kept: Kept): void {
    while (kept.bytes > keepBytes && kept.start < kept.messages.length - 1) {
      kept.gone = kept.messages[kept.start] as LoggedMessage;
      kept.bytes -= sizeOf(kept.gone);
      kept.start += 1;
    }
    if (kept.start > 64 && kept.start * 2 > kept.messages.length) {
      kept.messages = kept.messages.slice(kept.start);
      kept.start = 0;
    }
  }

  return {
    append(message) {
      const key = runKey(message.run);
      const kept = runs.get(key) ?? newlyKept();
      runs.set(key, kept);
      const { openings } = kept;
      const wanted = message.codec === 'lines' ? [openings[message.stream]] : Object.values(openings);
      if (wanted.some(({ complete }) => !complete)) {
        for (const { stream, text } of linesOf(message)) openings[stream].add(text);
      }
      const hasText = hasInk(message) || linesOf(message).some(({ text }) => text.trim() !== '');
      if (hasText) kept.last.set(message.stream, message);
      kept.messages.push(message);
      kept.bytes += sizeOf(message);
      letGo(kept);
    },
    tellTree(run, seen) {
      trees.set(runKey(run), seen);
    },
    forget(run) {
      runs.delete(runKey(run));
      trees.delete(runKey(run));
    },
    async opening(run, stream) {
      const { lines, complete } = runs.get(runKey(run))?.openings[stream] ?? createOpening();
      return { lines, complete, cutOut };
    },
    async linesAfter(run, position, limit) {
      const kept = runs.get(runKey(run));
      if (!kept) return [];
      const after: LoggedLine[] = [];
      const gone = kept.gone && kept.gone.seq >= position.seq ? linesOf(kept.gone).at(-1) : undefined;
      if (gone && isBefore(position, gone.position)) after.push({ ...gone, text: '', letGo: true });
      for (let at = kept.start; at < kept.messages.length && after.length < limit; at += 1) {
        const message = kept.messages[at] as LoggedMessage;
        if (message.seq < position.seq) continue;
        for (const line of linesOf(message)) {
          if (isBefore(position, line.position) && after.push(line) >= limit) break;
        }
      }
      return after.slice(0, limit);
    },
    // In process, what a run or its host says is taken in when it is said.
    unreadLines: async () => [],
    unreadBefore: async () => [],
    eventsOf: async () => [],
    isStartLost: async () => false,
    // What is let go of a run is told by its lines.
    begin: async () => ({ seq: 0, atMs: 0 }),
    lastTree: async (run) => trees.get(runKey(run)),
    async lastOutput(run, only) {
      const kept = runs.get(runKey(run));
      // The newest message may be blank: then it has no words, but tells that the run was not silent.
      const newest = kept?.messages.findLast(({ stream }) => !only || stream === only);
      const messages = new Set([...(kept?.last.values() ?? []), ...(newest ? [newest] : [])]);
      const lines = [...messages].flatMap(linesOf);
      return lastOf(lines.filter(({ stream }) => !only || stream === only));
    },
    async lastLines(run, stream, mostMessages) {
      const kept = runs.get(runKey(run));
      const messages = kept?.messages.slice(kept.start).filter((message) => message.stream === stream) ?? [];
      const lines = messages.slice(-mostMessages).flatMap(linesOf);
      const isAll = !kept?.gone && messages.length <= mostMessages;
      return { lines: lines.filter((line) => line.stream === stream), isAll };
    },
  };
}

function newlyKept(): Kept {
  const openings = { stdout: createOpening(), stderr: createOpening() };
  return { openings, last: new Map(), messages: [], start: 0, bytes: 0 };
}

function linesIn(
  { data, codec, labelled = codec !== undefined, subject, stream, seq, storedMs, early }: LoggedMessage,
  unlabelled: UnlabelledCodec | undefined,
): (LoggedLine & LastOutput)[] {
  const payload = decodePayload(data, { codec, subject, labelled, unlabelled });
  // What can't be read was said all the same.
  if (!payload.ok) return [{ stream, position: { seq, row: 0 }, text: '', raw: data, atMs: storedMs }];
  return payload.rows.map(({ raw, stream: own, unread }, row) => ({
    stream: own ?? stream,
    position: { seq, row },
    text: unread ? '' : raw.toString('utf8'),
    raw,
    atMs: storedMs,
    ...(early === 'certain' && { isEarly: true as const }),
  }));
}

/** Whether a message of plain lines certainly has one that is not blank: its first bytes decide. */
function hasInk({ codec, data }: LoggedMessage): boolean {
  return codec === 'lines' && data.some((byte) => byte > 0x20 && byte < 0x7f);
}

function sizeOf(message: LoggedMessage): number {
  return message.data.length + MESSAGE_BYTES;
}
