import { createReadStream, statSync } from 'node:fs';
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
import { createReadProgress } from '../terminal/read-progress.ts';
import { PACKING_BYTES, packedAs } from './packed-as.ts';

/** A log that is being read. */
export interface OpenLog {
  /** What was printed, in chunks of whole lines; read once. Throws a {@link UsageError} when the file can't be read or inflated. */
  readonly chunks: AsyncIterable<ReadChunk>;
  /** What it was read as; the whole answer when all chunks have been read. */
  reading(): LogReading;
}

/**
 * Opens a log file, gzipped or not, or standard input (`-`). Standard error tells a person that it is read from the
 * terminal, and how far a long one is read.
 */
export function openLog(file: string, options: LogReaderOptions): OpenLog {
  const reader = createLogReader(options);
  async function* chunks(): AsyncGenerator<ReadChunk> {
    if (file === '-' && process.stdin.isTTY) {
      process.stderr.write('knell: reading standard input; end it with Ctrl-D, or name a file\n');
    }
    const progress = createReadProgress(process.stderr, file, sizeOf(file));
    const source = counted(file === '-' ? process.stdin : createReadStream(file), progress.read);
    try {
      for await (const bytes of readable(file, unpacked(file, inflated(source)))) yield* reader.push(bytes);
      yield* reader.end();
    } finally {
      progress.clear();
    }
  }
  return { chunks: chunks(), reading: () => reader.reading() };
}

/** The same bytes; what keeps them from being read is told for people. */
async function* readable(file: string, bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
  } catch (cause) {
    throw cause instanceof UsageError || (cause as NodeJS.ErrnoException).code === undefined
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

/** In bytes; undefined where it is not known before it is read. */
function sizeOf(file: string): number | undefined {
  const about = file === '-' ? undefined : statSync(file, { throwIfNoEntry: false });
  return about?.isFile() ? about.size : undefined;
}

async function* counted(source: Readable, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const piece of source as AsyncIterable<Buffer>) {
    onRead(piece.length);
    yield Buffer.from(piece);
  }
}

const GZIP = Buffer.from([0x1f, 0x8b]);

/** The first bytes, so many where there are as many, and all bytes with them. */
async function begun(source: AsyncGenerator<Buffer>, length: number) {
  let head = Buffer.alloc(0);
  while (head.length < length) {
    const { value, done } = await source.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  async function* whole(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    yield* source;
  }
  return { head, whole };
}

/** The same bytes. @throws {UsageError} for a file that is packed in a way that is not opened here */
async function* unpacked(file: string, source: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const { head, whole } = await begun(source, PACKING_BYTES);
  const packing = packedAs(head);
  if (packing) {
    const name = file === '-' ? 'standard input' : file;
    throw new UsageError(
      `can't read the log ${name}: it is packed with ${packing.name}; open it first: ${packing.opener} ${file} | knell scan -`,
    );
  }
  yield* whole();
}

/** The bytes themselves, or what they were before gzip. */
async function* inflated(source: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const { head, whole } = await begun(source, GZIP.length);
  if (!head.subarray(0, GZIP.length).equals(GZIP)) {
    yield* whole();
    return;
  }
  const pipe = Readable.from(whole());
  const gunzip = createGunzip();
  pipe.on('error', (error) => gunzip.destroy(error));
  yield* pipe.pipe(gunzip) as AsyncIterable<Buffer>;
}
