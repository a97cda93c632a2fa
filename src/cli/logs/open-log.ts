import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import {
  createLogReader,
  type LogReaderOptions,
  type LogReading,
  type ReadChunk,
} from '../../decode/whole-log/log-reader.ts';
import { UsageError } from '../../service/config.ts';
import { cannotRead } from '../read-file.ts';

/** A log that is being read. */
export interface OpenLog {
  /** What was printed, in chunks of whole lines; read once. Throws a {@link UsageError} when the file can't be read or inflated. */
  readonly chunks: AsyncIterable<ReadChunk>;
  /** What it was read as; the whole answer when all chunks have been read. */
  reading(): LogReading;
}

/**
 * Opens a log file, gzipped or not, or standard input (`-`).
 *
 * @param onRead called with bytes as they come from the file, before they are inflated
 */
export function openLog(
  file: string,
  options: LogReaderOptions,
  onRead: (bytes: number) => void = () => undefined,
): OpenLog {
  const reader = createLogReader(options);
  async function* chunks(): AsyncGenerator<ReadChunk> {
    const source = counted(file === '-' ? process.stdin : createReadStream(file), onRead);
    for await (const bytes of readable(file, inflated(source))) yield* reader.push(bytes);
    yield* reader.end();
  }
  return { chunks: chunks(), reading: () => reader.reading() };
}

/** The same bytes; what keeps them from being read is told for people. */
async function* readable(file: string, bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === undefined
      ? cause
      : new UsageError(cannotRead('log', file, cause), { cause });
  }
}

/** All lines of a log. */
export async function readWhole(log: OpenLog): Promise<ReadChunk[]> {
  const chunks: ReadChunk[] = [];
  for await (const chunk of log.chunks) chunks.push(chunk);
  return chunks;
}

async function* counted(source: Readable, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const piece of source as AsyncIterable<Buffer>) {
    onRead(piece.length);
    yield Buffer.from(piece);
  }
}

const GZIP = Buffer.from([0x1f, 0x8b]);

/** The bytes themselves, or what they were before gzip. */
async function* inflated(source: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < GZIP.length) {
    const { value, done } = await source.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  async function* whole(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    yield* source;
  }
  if (!head.subarray(0, GZIP.length).equals(GZIP)) {
    yield* whole();
    return;
  }
  const pipe = Readable.from(whole());
  const gunzip = createGunzip();
  pipe.on('error', (error) => gunzip.destroy(error));
  yield* pipe.pipe(gunzip) as AsyncIterable<Buffer>;
}
