import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { StreamName } from '../contracts/run.ts';
import type { LogChunk } from '../memory/classify-log.ts';

const CHUNK_BYTES = 64 * 1024;

/** A file's or standard input's bytes (`-`), cut into chunks of whole lines. */
export async function* readLog(file: string, stream: StreamName): AsyncGenerator<LogChunk> {
  const source: Readable = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: CHUNK_BYTES });
  let rest: Buffer[] = [];
  for await (const piece of source as AsyncIterable<Buffer>) {
    const end = piece.lastIndexOf(0x0a);
    if (end === -1) {
      rest.push(piece);
      continue;
    }
    yield { stream, data: Buffer.concat([...rest, piece.subarray(0, end + 1)]) };
    rest = end + 1 < piece.length ? [piece.subarray(end + 1)] : [];
  }
  if (rest.length > 0) yield { stream, data: Buffer.concat(rest) };
}
