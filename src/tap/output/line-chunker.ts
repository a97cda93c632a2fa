import { isUtf8 } from 'node:buffer';
import type { StreamName } from '../../contracts/run.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { LogChunk } from '../tap-link.ts';
import { LineBuffer } from './line-buffer.ts';
import { LEFT_OUT_REST } from './shrink-text.ts';

export interface LineChunkerOptions {
  stream: StreamName;
  emit: (chunk: LogChunk) => void;
  clock?: Clock;
  /** A chunk is handed on before it grows beyond this. A longer line is a chunk of its own. */
  maxChunkBytes?: number;
  /** A chunk waits at most this long for more lines. */
  flushMs?: number;
  /** A line is finished at this length; what follows up to its line break is left out and counted. */
  maxLineBytes?: number;
}

export interface LineChunker {
  push(bytes: Buffer): void;
  /** The stream has ended: hands on what is left, a last line without a line break included. */
  end(): void;
  /** Bytes left out of lines that were too long to keep. */
  readonly leftOutBytes: number;
}

const NEWLINE = 0x0a;

/**
 * Cuts a stream of bytes into chunks of whole, numbered lines. Bytes that are not UTF-8 become U+FFFD, because the
 * contract's payloads are UTF-8. A chunk is never empty: a lone blank line waits for company, and is sent as `\n` at the end.
 */
export function createLineChunker(options: LineChunkerOptions): LineChunker {
  const { stream, emit, clock = systemClock } = options;
  const { maxChunkBytes = 64 * 1024, flushMs = 20, maxLineBytes = 16 * 1024 * 1024 } = options;
  const partial = new LineBuffer();
  let lines: Buffer[] = [];
  let bytes = 0;
  let firstLine = 0;
  let firstAtMs = 0;
  let cancelFlush: (() => void) | undefined;
  let skipping = false;
  let leftOutBytes = 0;

  const flush = (last = false) => {
    cancelFlush?.();
    cancelFlush = undefined;
    if (lines.length === 0 || (bytes === 0 && !last)) return;
    const payload = bytes === 0 ? Buffer.from('\n') : joinLines(lines, bytes);
    const chunk = { stream, firstLine, lineCount: lines.length, atMs: firstAtMs, payload: toUtf8(payload) };
    firstLine += lines.length;
    lines = [];
    bytes = 0;
    emit(chunk);
  };

  const addLine = (line: Buffer) => {
    if (bytes > 0 && bytes + 1 + line.length > maxChunkBytes) flush();
    if (lines.length === 0) firstAtMs = clock.now();
    bytes += line.length + (lines.length > 0 ? 1 : 0);
    lines.push(line);
    if (bytes >= maxChunkBytes) flush();
    else cancelFlush ??= clock.after(flushMs, () => flush());
  };

  const addPart = (part: Buffer) => {
    if (skipping) {
      leftOutBytes += part.length;
      return;
    }
    const room = maxLineBytes - partial.length;
    partial.append(part.subarray(0, room));
    if (part.length <= room) return;
    leftOutBytes += part.length - room;
    skipping = true;
    partial.append(LEFT_OUT_REST);
    addLine(partial.take());
  };

  return {
    push(input) {
      let start = 0;
      while (start < input.length) {
        const newline = input.indexOf(NEWLINE, start);
        const end = newline === -1 ? input.length : newline;
        const part = input.subarray(start, end);
        const whole = newline !== -1 && partial.length === 0 && !skipping && part.length <= maxLineBytes;
        if (whole) {
          addLine(part);
        } else {
          addPart(part);
          if (newline !== -1) {
            if (!skipping) addLine(partial.take());
            skipping = false;
          }
        }
        start = end + 1;
      }
    },
    end() {
      if (partial.length > 0) addLine(partial.take());
      skipping = false;
      flush(true);
    },
    get leftOutBytes() {
      return leftOutBytes;
    },
  };
}

function joinLines(lines: readonly Buffer[], bytes: number): Buffer {
  const joined = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const [index, line] of lines.entries()) {
    if (index > 0) joined[at++] = NEWLINE;
    at += line.copy(joined, at);
  }
  return joined;
}

function toUtf8(payload: Buffer): Buffer {
  return isUtf8(payload) ? payload : Buffer.from(payload.toString('utf8'), 'utf8');
}
