import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { type Latencies, measureLatency } from './latency.ts';
import { type LiveRuns, measureLiveRuns } from './live-runs.ts';
import { median, quantile, spread } from './statistics.ts';
import { fill, liveThroughput, type Reading, readBare, readWithKnell } from './throughput.ts';
import { inWorld } from './world.ts';

/*
 * The service as a process, on a real server: what it costs beside a consumer that does nothing, how fast it answers
 * beside an echo, and what ten thousand runs weigh.
 *
 *   node service.js [--only cost,workers,latency,runs] [--lines 2000000] [--times 5] [--live 10000x4] [--json FILE]
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'cost,workers,latency,runs' },
    lines: { type: 'string', default: '2000000' },
    times: { type: 'string', default: '5' },
    turns: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '100' },
    /** Live runs and workers. */
    live: { type: 'string', default: '1000x1,10000x1,10000x4' },
    json: { type: 'string', default: '.knell/bench-service.json' },
  },
});
const parts = new Set(values.only.split(','));
const [lines, times, turns, seconds] = [values.lines, values.times, values.turns, values.seconds].map(Number) as [
  number,
  number,
  number,
  number,
];
const print = (text: string): void => void process.stdout.write(`${text}\n`);
const natsVersion = spawnSync('nats-server', ['--version'], {
  encoding: 'utf8',
  env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
}).stdout.trim();
const machine = {
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  memory_gib: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  nats_server: natsVersion,
  kernel: spawnSync('uname', ['-r'], { encoding: 'utf8' }).stdout.trim(),
  date: new Date().toISOString(),
};
const results: Record<string, unknown> = { machine };
print(
  Object.entries(machine)
    .map(([name, value]) => `${name}: ${value}`)
    .join(' · '),
);
print('The server, the load and all workers share these cores.\n');

if (parts.has('cost') || parts.has('workers')) {
  await inWorld(async (world) => {
    const load = await fill(world, lines);
    results.load = load;
    const megabytes = load.bytes / 1e6;
    print(`${load.lines} lines, ${load.chunks} chunks of 16 KiB, ${megabytes.toFixed(0)} MB`);
    const runs: Record<string, Reading[]> = { bare: [], knell1: [], knell2: [], knell4: [] };
    for (let time = 0; time < times; time += 1) {
      runs.bare?.push(await readBare(world));
      runs.knell1?.push(await readWithKnell(world, 1));
      if (parts.has('workers')) {
        runs.knell2?.push(await readWithKnell(world, 2));
        runs.knell4?.push(await readWithKnell(world, 4));
      }
    }
    results.readings = runs;
    const ratios = runs.knell1?.map(({ cpu }, time) => cpu / (runs.bare?.[time]?.cpu ?? Number.NaN)) ?? [];
    results.cost_ratio = ratios;
    for (const [name, readings] of Object.entries(runs)) {
      if (readings.length === 0) continue;
      const cpu = readings.map((reading) => reading.cpu);
      const from = median(runs.knell1?.map((reading) => reading.cpu) ?? []);
      print(
        `${name.padEnd(7)} CPU s ${spread(cpu)} · to one worker ${(median(cpu) / from).toFixed(2)} · start ${spread(readings.map((reading) => reading.startCpu))} · MB/s ${spread(
          readings.map((reading) => megabytes / reading.seconds),
          0,
        )} · peak MiB ${spread(
          readings.map((reading) => reading.peakMiB),
          0,
        )}`,
      );
    }
    print(`service to bare consumer, CPU for the same bytes: ${spread(ratios)}  (target ≤ 1.6)\n`);
  });
}

if (parts.has('latency')) {
  await inWorld(async (world) => {
    const full = await liveThroughput(world, lines / 2);
    results.live_chunks_per_second = full;
    print(`live throughput of one service: ${full.toFixed(0)} chunks/s, ${((full * 16_384) / 1e6).toFixed(0)} MB/s`);
    const latency: Record<string, Latencies> = {};
    let idleEcho = Number.NaN;
    for (const share of [0, 0.1, 0.5, 0.8]) {
      const measured = await measureLatency(world, turns, full * share);
      latency[`${share * 100} %`] = measured;
      if (share === 0) idleEcho = median(measured.echo);
      const [command, echo] = [median(measured.command), median(measured.echo)];
      const p99 = (list: readonly number[]) => quantile(list, 0.99).toFixed(2);
      print(
        `load ${(share * 100).toFixed(0).padStart(2)} % (${measured.chunksPerSecond.toFixed(0)}/s)  command ms ${command.toFixed(2)}, p99 ${p99(measured.command)} · echo ms ${echo.toFixed(2)}, p99 ${p99(measured.echo)} · ratio ${(command / echo).toFixed(2)} · to the idle echo ${(command / idleEcho).toFixed(2)}`,
      );
    }
    results.latency = latency;
    print('');
  });
}

if (parts.has('runs')) {
  const live: LiveRuns[] = [];
  for (const [runs = 0, workers = 0] of values.live.split(',').map((one) => one.split('x').map(Number))) {
    const one = await inWorld((world) =>
      measureLiveRuns(world, { runs, workers, seconds, everySeconds: 10, silentShare: 0.1 }),
    );
    live.push(one);
    print(
      `${runs} runs, ${workers} worker(s), ${seconds} s: CPU ${one.cpuPercent.toFixed(1)} % · server ${one.serverCpuPercent.toFixed(1)} % · RSS ${one.rssMiB.toFixed(0)} MiB · attended ${one.attended}, late p50 ≤ ${one.lateP50} s, p99 ≤ ${one.lateP99} s · conflicts ${one.conflicts} (at the start ${one.startConflicts}) · retried ${one.retried}`,
    );
  }
  results.live_runs = live;
}

await mkdir(dirname(values.json), { recursive: true });
await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
