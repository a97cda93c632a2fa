import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StreamName } from '../../src/contracts/run.ts';
import type { Decoder, StreamFormat } from '../../src/decode/decoder.ts';
import { decoderFor } from '../../src/decode/decoders.ts';
import { readChunk } from '../../src/pipeline/output/read-chunk.ts';
import { createTextWindows } from '../../src/pipeline/output/text-window.ts';
import { loadRules } from '../../src/ruleset/load/load-rules.ts';
import { RUNTIME_FACTS } from '../../src/ruleset/load/runtime-facts.ts';
import type { RuleSet } from '../../src/ruleset/rule-set.ts';
import { createAgentOutput } from './agent-output.ts';
import type { BenchOptions } from './bench-engine.ts';
import { type Chunks, cutChunks, eachChunk } from './chunks.ts';
import { parseEveryLine } from './contestants.ts';
import { type Figure, measure } from './measure.ts';
import { compare, type Row } from './row.ts';

const HEALTHY_LINES = 100_000;
/** The least that the ratio should be. */
const TARGETS: Readonly<Record<string, number>> = { 'on whole runs': 0.2, 'on healthy output': 2 };

/** One stream of a run. */
interface Stream {
  readonly decoder: Decoder;
  readonly stream: StreamName;
  readonly format: StreamFormat;
  readonly chunks: Chunks;
}

/** What the shipped packs cost: on whole runs, most of which fail, and on the output of agents that are well. */
export async function benchPacks(options: BenchOptions, transcripts: string): Promise<Row[]> {
  const { root, bytes, say } = options;
  const { ruleSet, findings } = await loadRules(join(root, 'rules'), RUNTIME_FACTS);
  if (!ruleSet) throw new Error(`the shipped packs can't be used: ${findings[0]?.message}`);
  const rows: Row[] = [];
  const healthy = healthyStreams(root);
  for (const [what, streams] of [
    ['on whole runs', readStreams(transcripts)],
    ['on healthy output', healthy],
    ['on its structured part', healthy.filter(({ format }) => format === 'structured')],
    ['on its plain text', healthy.filter(({ format }) => format === 'text')],
  ] as const) {
    const once = streams.reduce((sum, { chunks }) => sum + chunks.data.length, 0);
    const times = Math.ceil(bytes / once);
    const share = candidateShare(ruleSet, streams);
    say(`shipped packs ${what}: ${streams.length} streams, ${times} times, ${Math.round((once * times) / 1e6)} MB`);
    say(
      `candidates: ${share.lines.toFixed(1)} % of the lines, ${share.bytes.toFixed(1)} % of the bytes; ${share.matching.toFixed(1)} % of the lines match`,
    );
    const again = (run: (stream: Stream) => void) => () => {
      for (let i = 0; i < times; i++) for (const stream of streams) run(stream);
      return undefined;
    };
    const [knell, parse] = await measure([
      { name: 'knell', bytes: once * times, run: again((stream) => void classify(ruleSet, stream)) },
      { name: 'newlines and JSON.parse', bytes: once * times, run: again(({ chunks }) => void parseEveryLine(chunks)) },
    ]);
    const target = TARGETS[what];
    rows.push(compare(`${ruleSet.rules.length} shipped rules ${what}`, knell as Figure, parse as Figure, target));
  }
  return rows;
}

/** Made-up output of an agent at work: of its JSON as of its text, each a stream. */
export function healthyStreams(root: string): Stream[] {
  const output = createAgentOutput(root);
  const lines = Array.from({ length: HEALTHY_LINES }, () => output.next());
  const decoder = decoderFor('claude-code');
  return (['structured', 'text'] as const).map((format) => {
    const printed = lines.filter((line) => line.startsWith('{') === (format === 'structured'));
    return { decoder, stream: 'stdout', format, chunks: cutChunks(Buffer.from(`${printed.join('\n')}\n`), 65_536) };
  });
}

export function classify(
  rules: RuleSet,
  { decoder, stream, format, chunks }: Stream,
): { lines: number; bytes: number; matching: number } {
  const seen = { lines: 0, bytes: 0, matching: 0 };
  eachChunk(chunks, (chunk) => {
    const read = readChunk({
      data: chunk,
      stream,
      subject: 'bench',
      codec: 'lines',
      labelled: () => true,
      unlabelled: undefined,
      firstLine: () => 0,
      candidates: (data) => rules.candidates(data, format),
    });
    const rows = read.ok ? read.rows : [];
    const windowOf = format === 'text' && rows.length > 0 ? createTextWindows(rows) : undefined;
    for (const candidate of rows) {
      if (candidate.isMute && !candidate.isRuled) continue;
      const { line } = candidate;
      const event = decoder.decode(line, format);
      const { hits, recoveries, signals } = rules.match(event, stream, decoder.runtime, windowOf?.(candidate));
      seen.lines += 1;
      seen.bytes += line.raw.length;
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
