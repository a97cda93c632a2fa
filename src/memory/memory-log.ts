import { type Run, runKey, type StreamName } from '../contracts/run.ts';
import type { Position } from '../contracts/run-state.ts';
import { decodePayload } from '../decode/codecs.ts';
import { lastOf } from '../pipeline/ports/last-output.ts';
import type { LastOutput, LoggedLine, LogHistory, SeenTree } from '../pipeline/ports/ports.ts';

export interface LoggedMessage {
  readonly run: Run;
  readonly stream: StreamName;
  readonly subject: string;
  readonly data: Buffer;
  readonly codec?: string;
  readonly seq: number;
  readonly storedMs: number;
}

export interface MemoryLogOptions {
  /** How much of each run's output is kept: its last so many bytes, the last message always. */
  readonly keepBytes?: number;
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
  /** The first line of each stream that is not blank: it tells for ever how the stream is to be read. */
  readonly first: Map<StreamName, string>;
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
export function createMemoryLog({ keepBytes = KEEP_BYTES }: MemoryLogOptions = {}): MemoryLog {
  const runs = new Map<string, Kept>();
  const trees = new Map<string, SeenTree>();

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
      const kept: Kept = runs.get(key) ?? { first: new Map(), last: new Map(), messages: [], start: 0, bytes: 0 };
      runs.set(key, kept);
      if (!kept.first.has(message.stream) || (message.codec !== 'lines' && kept.first.size < 2)) {
        for (const { stream, text } of linesOf(message)) {
          if (!kept.first.has(stream) && text.trim() !== '') kept.first.set(stream, text);
        }
      }
      if (hasText(message)) kept.last.set(message.stream, message);
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
    async firstLine(run, stream) {
      return runs.get(runKey(run))?.first.get(stream);
    },
    async linesAfter(run, position, limit) {
      const kept = runs.get(runKey(run));
      if (!kept) return [];
      const after: LoggedLine[] = [];
      const gone = kept.gone && kept.gone.seq >= position.seq ? lastLineOf(kept.gone) : undefined;
      if (gone && isAfter(gone.position, position)) after.push({ ...gone, text: '', letGo: true });
      for (let at = kept.start; at < kept.messages.length && after.length < limit; at += 1) {
        const message = kept.messages[at] as LoggedMessage;
        if (message.seq < position.seq) continue;
        for (const line of linesOf(message)) {
          if (isAfter(line.position, position) && after.push(line) >= limit) break;
        }
      }
      return after.slice(0, limit);
    },
    // In process, what a run or its host says is taken in when it is said.
    unreadLines: async () => [],
    hasExited: async () => false,
    lastTree: async (run) => trees.get(runKey(run)),
    async lastOutput(run, only) {
      const kept = runs.get(runKey(run));
      // The newest message may be blank: then it has no words, but tells that the run was not silent.
      const newest = kept?.messages.findLast(({ stream }) => !only || stream === only);
      const messages = new Set([...(kept?.last.values() ?? []), ...(newest ? [newest] : [])]);
      const lines = [...messages].flatMap(linesOf);
      return lastOf(lines.filter(({ stream }) => !only || stream === only));
    },
  };
}

function linesOf({ data, codec, subject, stream, seq, storedMs }: LoggedMessage): (LoggedLine & LastOutput)[] {
  const payload = decodePayload(data, { codec, subject });
  if (!payload.ok) return [];
  return payload.rows.map(({ raw, stream: own }, row) => ({
    stream: own ?? stream,
    position: { seq, row },
    text: raw.toString('utf8'),
    raw,
    atMs: storedMs,
  }));
}

function lastLineOf(message: LoggedMessage): LoggedLine | undefined {
  return linesOf(message).at(-1);
}

function isAfter(a: Position, b: Position): boolean {
  return a.seq > b.seq || (a.seq === b.seq && a.row > b.row);
}

/** Whether any of its lines is not blank. Plain output is seldom blank, so its first bytes decide. */
function hasText(message: LoggedMessage): boolean {
  const isInk = (byte: number): boolean => byte > 0x20 && byte < 0x7f;
  if (message.codec === 'lines' && message.data.some(isInk)) return true;
  return linesOf(message).some(({ text }) => text.trim() !== '');
}

function sizeOf(message: LoggedMessage): number {
  return message.data.length + MESSAGE_BYTES;
}
