import { type Run, runKey, type StreamName } from '../contracts/run.ts';
import { decodePayload } from '../decode/codecs.ts';
import type { LastWords, LoggedLine, LogHistory } from '../pipeline/ports.ts';

export interface LoggedMessage {
  readonly run: Run;
  readonly stream: StreamName;
  readonly subject: string;
  readonly data: Buffer;
  readonly codec?: string;
  readonly seq: number;
  readonly storedMs: number;
}

export interface MemoryLog extends LogHistory {
  append(message: LoggedMessage): void;
  /** Forgets a run's messages. */
  forget(run: Run): void;
}

/** The log stream, kept in process. */
export function createMemoryLog(): MemoryLog {
  const messages = new Map<string, LoggedMessage[]>();
  const of = (run: Run) => messages.get(runKey(run)) ?? [];

  function* lines(run: Run): Generator<LoggedLine & { atMs: number }> {
    for (const { data, codec, subject, stream, seq, storedMs } of of(run)) {
      const payload = decodePayload(data, { codec, subject });
      if (!payload.ok) continue;
      for (const [row, { raw, stream: own, timeMs }] of payload.rows.entries()) {
        yield { stream: own ?? stream, position: { seq, row }, text: raw.toString('utf8'), atMs: timeMs ?? storedMs };
      }
    }
  }

  return {
    append(message) {
      const key = runKey(message.run);
      const known = messages.get(key);
      if (known) known.push(message);
      else messages.set(key, [message]);
    },
    forget(run) {
      messages.delete(runKey(run));
    },
    async firstLine(run, stream) {
      for (const line of lines(run)) if (line.stream === stream && line.text.trim() !== '') return line.text;
      return undefined;
    },
    async linesAfter(run, position, limit) {
      const after: LoggedLine[] = [];
      for (const line of lines(run)) {
        const later = line.position.seq - position.seq || line.position.row - position.row;
        if (later > 0 && after.push(line) >= limit) break;
      }
      return after;
    },
    async lastWords(run, stream) {
      let last: LastWords | undefined;
      for (const line of lines(run)) {
        if (line.text.trim() !== '' && (!stream || line.stream === stream)) last = line;
      }
      return last;
    },
  };
}
