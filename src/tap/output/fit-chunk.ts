import type { LogChunk } from '../tap-link.ts';
import { shrinkLine } from './shrink-line.ts';

/**
 * The same lines in chunks of at most `limitBytes`: lines are kept whole, and one that does not fit by itself is shrunk.
 * The parts after the first carry their own line numbers and the first one's time.
 *
 * @param limitBytes at least 512
 */
export function fitChunk(chunk: LogChunk, limitBytes: number): readonly LogChunk[] {
  if (chunk.payload.length <= limitBytes) return [chunk];
  const parts: LogChunk[] = [];
  let lines: Buffer[] = [];
  let bytes = 0;
  let firstLine = chunk.firstLine;
  const finish = () => {
    if (lines.length === 0) return;
    parts.push({ ...chunk, firstLine, lineCount: lines.length, payload: joined(lines) });
    firstLine += lines.length;
    lines = [];
    bytes = 0;
  };
  for (const line of splitLines(chunk.payload)) {
    const fitting = shrinkLine(line, limitBytes);
    if (lines.length > 0 && bytes + fitting.length + 1 > limitBytes) finish();
    bytes += fitting.length + 1;
    lines.push(fitting);
  }
  finish();
  return parts;
}

function joined(lines: readonly Buffer[]): Buffer {
  const text = Buffer.concat(lines.flatMap((line, index) => (index > 0 ? [NEWLINE, line] : [line])));
  // A message without a payload would be taken for a broken one.
  return text.length === 0 ? NEWLINE : text;
}

const NEWLINE = Buffer.from('\n');

function* splitLines(payload: Buffer): Generator<Buffer> {
  let start = 0;
  for (;;) {
    const newline = payload.indexOf(0x0a, start);
    if (newline === -1) break;
    yield payload.subarray(start, newline);
    start = newline + 1;
  }
  yield payload.subarray(start);
}
