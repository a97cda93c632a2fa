import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchCauses } from './bench-causes.ts';
import { benchCompile } from './bench-compile.ts';
import { type BenchOptions, benchEngine } from './bench-engine.ts';
import { benchLatency } from './bench-latency.ts';
import { benchLiveRuns } from './bench-live-runs.ts';
import { benchPacks } from './bench-packs.ts';
import { benchPreflight } from './bench-preflight.ts';
import { benchRipgrep } from './bench-ripgrep.ts';
import { benchService } from './bench-service.ts';
import { describeMachine } from './machine.ts';
import { ROUNDS } from './measure.ts';
import { type Row, renderRows } from './row.ts';
import { writeHealthySample } from './write-healthy-sample.ts';

const USAGE = `npm run bench -- [engine] [ripgrep] [compile] [packs] [causes] [service] [latency] [runs] [preflight]
                        all of them when none is named, which takes about ten minutes
  --mb 64               how much output a round takes in
  --transcripts PATH    whole runs for packs: a file with one a row, or a folder of such files
  --lines 2000000       how many lines stand in the log stream for service and latency
  --turns 200           how often latency is timed at each load
  --seconds 100         how long runs are watched
  --json FILE           where the figures go (.knell/bench/results.json)
  --sample              only writes rules/samples/healthy.jsonl anew
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mb: { type: 'string', default: '64' },
    transcripts: { type: 'string' },
    lines: { type: 'string', default: '2000000' },
    turns: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '100' },
    json: { type: 'string', default: join('.knell', 'bench', 'results.json') },
    sample: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const root = process.cwd();
const bytes = Number(values.mb) * 1e6;
const [lines, turns, seconds] = [Number(values.lines), Number(values.turns), Number(values.seconds)];
const transcripts = values.transcripts ?? join(root, 'test', 'corpus', 'captured');

const SECTIONS: Readonly<Record<string, (options: BenchOptions) => Promise<Row[]>>> = {
  engine: benchEngine,
  ripgrep: benchRipgrep,
  compile: benchCompile,
  packs: (options) => benchPacks(options, transcripts),
  causes: benchCauses,
  service: (options) => benchService({ ...options, lines }),
  latency: (options) => benchLatency({ ...options, lines, turns }),
  runs: (options) => benchLiveRuns({ ...options, seconds }),
  preflight: benchPreflight,
};

async function main(): Promise<void> {
  const wanted = positionals.length > 0 ? positionals : Object.keys(SECTIONS);
  const unknown = wanted.find((name) => !Object.hasOwn(SECTIONS, name));
  if (values.help || unknown !== undefined || ![bytes, lines, turns, seconds].every((count) => count > 0)) {
    process.stderr.write(unknown === undefined ? USAGE : `bench: there is no "${unknown}"\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  const re2 = JSON.parse(readFileSync(join(root, 'node_modules', 're2', 'package.json'), 'utf8')) as {
    version: string;
  };
  const machine = describeMachine(re2.version);
  const scratch = mkdtempSync(join(tmpdir(), 'knell-bench-'));
  const started = Date.now();
  const say = (text: string) => process.stderr.write(`${Math.round((Date.now() - started) / 1_000)} s: ${text}\n`);
  const rows: Row[] = [];
  try {
    for (const name of wanted) rows.push(...((await SECTIONS[name]?.({ root, scratch, bytes, say })) ?? []));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify({ machine, rounds: ROUNDS, bytes, rows }, null, 2)}\n`);
  process.stdout.write(
    `${Object.entries(machine)
      .map(([name, value]) => `${name}: ${value ?? 'not here'}`)
      .join(' · ')}\n\n`,
  );
  process.stdout.write(renderRows(rows));
}

if (values.sample) writeHealthySample(root);
else await main();
