import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StreamName } from '../../src/contracts/run.ts';
import type { Decoder, StreamFormat } from '../../src/decode/decoder.ts';
import { allDecoders, decoderFor } from '../../src/decode/decoders.ts';
import { loadRules } from '../../src/ruleset/load-rules.ts';
import type { RuleSet } from '../../src/ruleset/rule-set.ts';
import type { BenchOptions } from './bench-engine.ts';
import { type Chunks, cutChunks, eachChunk } from './chunks.ts';
import { parseEveryLine } from './contestants.ts';
import { type Figure, measure } from './measure.ts';
import { compare, type Row } from './row.ts';

/** One stream of a run that was recorded. */
interface Stream {
  readonly decoder: Decoder;
  readonly stream: StreamName;
  readonly format: StreamFormat;
  readonly chunks: Chunks;
}

/** What the shipped packs cost on whole runs, repeated until there is enough of them. */
export async function benchPacks(options: BenchOptions, transcripts: string): Promise<Row[]> {
  const { root, bytes, say } = options;
  const errorLiterals = allDecoders().flatMap((decoder) => decoder.errorLiterals);
  const { ruleSet, findings } = await loadRules(join(root, 'rules'), { errorLiterals });
  if (!ruleSet) throw new Error(`the shipped packs can't be used: ${findings[0]?.message}`);
  const streams = readStreams(transcripts);
  const once = streams.reduce((sum, { chunks }) => sum + chunks.data.length, 0);
  const times = Math.ceil(bytes / once);
  say(
    `${ruleSet.rules.length} shipped rules on ${streams.length} streams, ${times} times: ${Math.round((once * times) / 1e6)} MB`,
  );
  const again = (run: (stream: Stream) => void) => () => {
    for (let i = 0; i < times; i++) for (const stream of streams) run(stream);
    return undefined;
  };
  const share = candidateShare(ruleSet, streams);
  say(
    `candidates: ${share.lines.toFixed(1)} % of the lines, ${share.bytes.toFixed(1)} % of the bytes; ${share.matching.toFixed(1)} % of the lines match`,
  );
  const [knell, parse] = await measure([
    { name: 'knell', bytes: once * times, run: again((stream) => void classify(ruleSet, stream)) },
    { name: 'newlines and JSON.parse', bytes: once * times, run: again(({ chunks }) => void parseEveryLine(chunks)) },
  ]);
  return [compare(`shipped packs (${ruleSet.rules.length} rules) on whole runs`, knell as Figure, parse as Figure, 4)];
}

function classify(
  rules: RuleSet,
  { decoder, stream, format, chunks }: Stream,
): { lines: number; bytes: number; matching: number } {
  const seen = { lines: 0, bytes: 0, matching: 0 };
  eachChunk(chunks, (chunk) => {
    for (const { start, end, row } of rules.candidates(chunk)) {
      const event = decoder.decode({ stream, number: row, raw: chunk.subarray(start, end) }, format);
      const { hits, recoveries, signals } = rules.match(event, stream, decoder.runtime);
      seen.lines += 1;
      seen.bytes += end - start;
      if (hits.length + recoveries.length + signals.length > 0) seen.matching += 1;
    }
  });
  return seen;
}

function candidateShare(
  rules: RuleSet,
  streams: readonly Stream[],
): { lines: number; bytes: number; matching: number } {
  const all = { lines: 0, bytes: 0 };
  const seen = { lines: 0, bytes: 0, matching: 0 };
  for (const stream of streams) {
    all.lines += stream.chunks.lines;
    all.bytes += stream.chunks.data.length;
    const part = classify(rules, stream);
    seen.lines += part.lines;
    seen.bytes += part.bytes;
    seen.matching += part.matching;
  }
  return {
    lines: (100 * seen.lines) / all.lines,
    bytes: (100 * seen.bytes) / all.bytes,
    matching: (100 * seen.matching) / all.lines,
  };
}

type Printed = string | { readonly line: string };

interface Transcript {
  readonly runtime: string;
  readonly stdout: readonly Printed[];
  readonly stderr: readonly Printed[];
}

/** @param path a file of transcripts, one a row, or a folder of such files */
function readStreams(path: string): Stream[] {
  const files = statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path];
  return files
    .flatMap((file) => readFileSync(file, 'utf8').split('\n').filter(Boolean))
    .map((row) => JSON.parse(row) as Transcript)
    .flatMap((run) => (['stdout', 'stderr'] as const).flatMap((stream) => streamOf(run, stream)));
}

function streamOf(run: Transcript, stream: StreamName): Stream[] {
  const lines = run[stream].map((printed) => (typeof printed === 'string' ? printed : printed.line));
  const first = lines.find((line) => line.trim() !== '');
  if (first === undefined) return [];
  const decoder = decoderFor(run.runtime);
  const chunks = cutChunks(Buffer.from(`${lines.join('\n')}\n`), 65_536);
  return [{ decoder, stream, format: decoder.formatOf(stream, first), chunks }];
}
