import type { StreamName } from '../../contracts/run.ts';
import { canonicalRuntime } from '../canonical-runtime.ts';
import type { Carrier } from '../carriers/carrier.ts';
import { recogniseCarriers } from '../carriers/recognise-carriers.ts';
import { type AgentTest, isAgentName } from '../carriers/sources.ts';
import { createUnwrapper, type Unwrapper } from '../carriers/unwrapper.ts';
import type { Decoder, StreamFormat } from '../decoder.ts';
import { agentNames, allDecoders, decoderFor, GENERIC_RUNTIME, sniffRuntime } from '../decoders.ts';
import { type Encoding, encodingOf } from '../encoding.ts';
import { splitLines } from '../split-lines.ts';
import { tellFormat } from '../stream-opening.ts';
import { createJsonJoiner } from './join-json.ts';
import { createStreamTally, type StreamTally } from './stream-tally.ts';

/** Some whole lines of one stream of a log, as the program printed them. */
export interface ReadChunk {
  readonly stream: StreamName;
  readonly data: Buffer;
}

/** What a log was read as. */
export interface LogReading {
  readonly runtime: string;
  /** Of the stream that has more lines. */
  readonly format: StreamFormat;
  /** What was taken off its lines, the outermost first. */
  readonly carriers: readonly Carrier[];
  readonly encoding: Encoding;
  readonly lines: number;
  /** Lines without the carrier's form, and lines of a structured stream that are no events. */
  readonly notUnderstood: number;
}

export interface LogReaderOptions {
  /** The stream of lines whose carrier does not say. */
  readonly stream: StreamName;
  /** The runtime, when it is known; else it is recognised from the lines. */
  readonly runtime?: string | undefined;
  /** Runtimes that only packs know. */
  readonly packRuntimes?: readonly string[];
}

/** Reads a finished log: bytes go in, the program's own lines come out. Holds 64 KiB, and one line. */
export interface LogReader {
  push(bytes: Buffer): ReadChunk[];
  /** The rest. */
  end(): ReadChunk[];
  /** What the log was read as, so far. */
  reading(): LogReading;
}

/** How much of a log is looked at to tell who stored it. */
const SAMPLE_BYTES = 64 * 1024;
/** A line that is longer is cut; what is left of it counts as a line that was not understood. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;

/**
 * Reads a log as it was stored: in UTF-8 or UTF-16, with what carriers put around its lines, with events pretty-printed.
 * The carriers are recognised from its first 64 KiB. Nothing may be ended on the account of what is guessed here.
 */
export function createLogReader(options: LogReaderOptions): LogReader {
  const { stream: usual, packRuntimes = [] } = options;
  const lines = createLineSplitter();
  // Nearly any object would be an event of an unknown agent.
  const known = allDecoders().filter(({ runtime }) => runtime !== GENERIC_RUNTIME);
  const joiners = { stdout: createJsonJoiner(known), stderr: createJsonJoiner(known) };
  let sample: Buffer[] | undefined = [];
  let sampled = 0;
  let encoding: Encoding = 'utf-8';
  let toUtf8 = (bytes: Buffer, _last: boolean): Buffer => bytes;
  let carriers: readonly Carrier[] = [];
  let unwrapper: Unwrapper = createUnwrapper([]);

  const tallies: Record<StreamName, StreamTally> = {
    stdout: createStreamTally('stdout', () => contextOf('stdout')),
    stderr: createStreamTally('stderr', () => contextOf('stderr')),
  };
  const contextOf = (stream: StreamName): { decoder: Decoder; format: StreamFormat } => {
    const decoder = decoderFor(runtimeNow(), packRuntimes);
    return { decoder, format: tellFormat(decoder, stream, tallies[stream].opening, { cutOut: true }) };
  };
  const runtimeNow = (): string =>
    options.runtime ??
    sniffRuntime({ stdout: tallies.stdout.opening, stderr: tallies.stderr.opening }, { cutOut: true });

  /** From here on it is known how the log is stored. */
  function begin(): Buffer {
    const bytes = Buffer.concat(sample ?? []);
    sample = undefined;
    encoding = encodingOf(bytes);
    if (encoding === 'utf-16le' || encoding === 'utf-16be') {
      const decoder = new TextDecoder(encoding);
      toUtf8 = (some, last) => Buffer.from(decoder.decode(some, { stream: !last }));
    }
    return bytes;
  }

  function take(bytes: Buffer, last: boolean): ReadChunk[] {
    const wasBegun = sample === undefined;
    if (!wasBegun) {
      sample?.push(bytes);
      sampled += bytes.length;
      if (sampled < SAMPLE_BYTES && !last) return [];
    }
    const stored = lines.push(toStored(wasBegun ? bytes : undefined, last), last);
    // What is no text has no lines.
    if (encoding === 'binary') return [];
    if (!wasBegun) {
      carriers = recogniseCarriers(stored, agentTest(options));
      unwrapper = createUnwrapper(carriers);
    }
    return chunksOf(stored, last);
  }

  function toStored(bytes: Buffer | undefined, last: boolean): Buffer {
    const some = bytes ?? begin();
    return toUtf8(some, last);
  }

  function chunksOf(stored: readonly Buffer[], last: boolean): ReadChunk[] {
    const printed = stored.flatMap((line) => unwrapper.push(line));
    if (last) printed.push(...unwrapper.end());
    const out: { stream: StreamName; raw: Buffer }[] = [];
    for (const { raw, stream = usual } of printed) {
      for (const joined of joiners[stream].push(raw)) out.push({ stream, raw: joined });
    }
    if (last) {
      for (const stream of ['stdout', 'stderr'] as const) {
        for (const raw of joiners[stream].end()) out.push({ stream, raw });
      }
    }
    for (const { stream, raw } of out) tallies[stream].add(raw);
    return grouped(out);
  }

  return {
    push: (bytes) => take(bytes, false),
    end: () => take(Buffer.alloc(0), true),
    reading() {
      const { stdout, stderr } = tallies;
      const contexts = { stdout: contextOf('stdout'), stderr: contextOf('stderr') };
      const main = stderr.lines > stdout.lines ? 'stderr' : 'stdout';
      const unparsed = (['stdout', 'stderr'] as const).map((stream) =>
        tallies[stream].notUnderstood(contexts[stream].decoder, contexts[stream].format),
      );
      return {
        runtime: contexts[main].decoder.runtime,
        format: contexts[main].format,
        carriers,
        encoding,
        lines: stdout.lines + stderr.lines,
        notUnderstood: unwrapper.unopened + lines.cut + unparsed.reduce((sum, count) => sum + count, 0),
      };
    },
  };
}

/** Whose lines are meant in a log of several programs: a named runtime's, else those of any that is known. */
function agentTest({ runtime, packRuntimes = [] }: LogReaderOptions): AgentTest {
  const named = runtime === undefined ? undefined : decoderFor(runtime, packRuntimes);
  const names = runtime === undefined ? agentNames() : [canonicalRuntime(runtime), ...agentNames()];
  return {
    isName: (name) => isAgentName(name, names),
    isEvent(raw) {
      const line = { stream: 'stdout', number: 0, raw } as const;
      if (named?.readsEvents) return named.decode(line, 'structured').typed;
      const text = raw.toString('utf8');
      return text.trimStart().startsWith('{') && sniffRuntime({ stdout: [text] }, { cutOut: true }) !== GENERIC_RUNTIME;
    },
  };
}

/** Cuts bytes into lines, keeping the last, unfinished one back. */
function createLineSplitter() {
  let rest: Buffer[] = [];
  let held = 0;
  let cut = 0;
  return {
    push(bytes: Buffer, last: boolean): Buffer[] {
      const end = last ? bytes.length : bytes.lastIndexOf(0x0a) + 1;
      const tail = bytes.subarray(end);
      const lines = end > 0 || last ? splitLines(Buffer.concat([...rest, bytes.subarray(0, end)])) : [];
      if (end > 0 || last) {
        rest = [];
        held = 0;
      }
      if (tail.length > 0) {
        rest.push(tail);
        held += tail.length;
      }
      if (held > MAX_LINE_BYTES) {
        lines.push(Buffer.concat(rest));
        rest = [];
        held = 0;
        cut += 1;
      }
      return lines;
    },
    get cut() {
      return cut;
    },
  };
}

const LINE_FEED = Buffer.from('\n');

/** Lines of one stream that stand together as one chunk. */
function grouped(lines: readonly { stream: StreamName; raw: Buffer }[]): ReadChunk[] {
  const chunks: { stream: StreamName; parts: Buffer[] }[] = [];
  for (const { stream, raw } of lines) {
    const last = chunks.at(-1);
    if (last?.stream === stream) last.parts.push(raw, LINE_FEED);
    else chunks.push({ stream, parts: [raw, LINE_FEED] });
  }
  return chunks.map(({ stream, parts }) => ({ stream, data: Buffer.concat(parts) }));
}
