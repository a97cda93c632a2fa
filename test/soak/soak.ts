import { appendFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runKey } from '../../src/contracts/run.ts';
import { CONSUMERS, STREAMS } from '../../src/contracts/subjects.ts';
import { startPart } from '../bench/service/child.ts';
import type { LoaderArguments, LoaderReport } from '../bench/service/loader.ts';
import { liveThroughput, RULES } from '../bench/service/throughput.ts';
import { inWorld, untilRead, type World } from '../bench/service/world.ts';
import { createDriver } from '../chaos/driver.ts';
import { choosePlays, compare, playAll } from '../chaos/plays.ts';
import { createRandom } from '../chaos/random.ts';
import { readTally } from '../chaos/tally.ts';
import { drawChart, type Mark } from './chart.ts';
import { startFaults } from './faults.ts';
import { obey } from './host.ts';
import { renderTrends } from './report.ts';
import { createSampler } from './sampler.ts';
import { SOAK_SCRIPTS } from './soak-scripts.ts';
import { startWorker } from './workers.ts';

const USAGE = `npm run soak [-- --minutes 60]
                        loads two workers at half of what one keeps up with, and prints how memory, handles, lag and latency went
  --minutes 60          how long; 1 is a smoke test
  --runs-a-minute 60    scripted runs, of which a third fails
  --seed 1              of their scripts and times
  --out FOLDER          where soak.svg, soak.json and the workers' log go (.knell/soak-out)
`;
const SAMPLE_EVERY_MS = 10_000;
/** As long as a process grows while its code is compiled and its first rules are tried. */
const WARM_UP_S = 120;
/** The last suspicious run gets its command a minute after it began, and hosts tell of it for three at most. */
const LAST_PLAY_BEFORE_END_MS = 60_000;
const COMMANDS_WITHIN_MS = 240_000;
const CAPACITY_LINES = 150_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    'runs-a-minute': { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: join('.knell', 'soak-out') },
    help: { type: 'boolean', default: false },
  },
});
const [minutes, runsAMinute, seed] = [Number(values.minutes), Number(values['runs-a-minute']), Number(values.seed)];
const say = (text: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function soak(world: World, perSecond: number, rules: string): Promise<boolean> {
  const { natsUrl, connection, manager, serverPid } = world;
  const log = join(values.out, 'workers.log');
  await writeFile(log, '');
  const onLog = (text: string) => appendFileSync(log, text);
  const steady = await startWorker('steady', { natsUrl, rules, onLog });
  const restarted = await startWorker('restarted', { natsUrl, rules, onLog });
  const workers = [steady, restarted];
  const sampler = createSampler(manager, serverPid, workers);
  const [startedMs, forMs] = [performance.now(), minutes * 60_000];
  const since = () => (performance.now() - startedMs) / 1_000;
  const marks: Mark[] = [];
  await obey(connection, ({ command, latencyMs }) => {
    if (command.grade === 'typed') sampler.commandTook(latencyMs);
  });
  const loader = startPart('loader', { natsUrl, perSecond, forMs, name: 'soak' } satisfies LoaderArguments);
  await loader.next();
  const sampling = setInterval(() => {
    sampler.read(since()).catch((error: unknown) => say(`a reading failed: ${error}`));
  }, SAMPLE_EVERY_MS);
  const faults = startFaults(restarted, join(rules, 'generic.yaml'), minutes, (what) => {
    marks.push({ s: since(), what });
    say(what);
  });
  const withinMs = Math.max(forMs / 4, forMs - LAST_PLAY_BEFORE_END_MS);
  const plays = choosePlays(Math.round((runsAMinute * withinMs) / 60_000), withinMs, createRandom(seed), SOAK_SCRIPTS);
  await playAll(
    createDriver(() => connection),
    plays,
  );
  const load = await loader.next<LoaderReport>();
  const { restarts, reloads } = await faults.stop();
  await untilRead(manager, STREAMS.logs, CONSUMERS.logs);
  await untilRead(manager, STREAMS.runs, CONSUMERS.runs);
  const untilMs = performance.now() + COMMANDS_WITHIN_MS;
  let outcome = compare(plays, await readTally(connection));
  while (outcome.missing.length > 0 && performance.now() < untilMs) {
    await pause(5_000);
    outcome = compare(plays, await readTally(connection));
  }
  clearInterval(sampling);

  const tally = await readTally(connection);
  const known = new Set(
    plays.flatMap(({ agent, execution }) => [1, 2].map((attempt) => runKey({ agent, execution, attempt }))),
  );
  const strangers = [...tally.commands.keys()].filter((key) => !known.has(key));
  const stored = (await manager.streams.info(STREAMS.logs)).state.last_seq;
  const notices = await manager.streams.info(STREAMS.notices, { subjects_filter: 'knell.notices.rules.>' });
  const reloaded = Object.values(notices.state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
  await Promise.all(workers.map((worker) => worker.stop()));

  const title = `knell: ${minutes} minutes at ${perSecond.toFixed(0)} chunks of 16 KiB a second over two workers`;
  const series = sampler.series();
  await writeFile(join(values.out, 'soak.svg'), drawChart(title, series, marks));
  const figures = {
    minutes,
    perSecond,
    load,
    runs: plays.length,
    restarts,
    reloads,
    reloadNotices: reloaded,
    logMessages: stored,
    unansweredReadings: sampler.unanswered(),
    strangers,
    ...outcome,
  };
  await writeFile(join(values.out, 'soak.json'), `${JSON.stringify({ figures, marks, series })}\n`);
  process.stdout.write(
    `${title}\n\n${renderTrends(series, Math.min(WARM_UP_S, forMs / 4_000))}\n${JSON.stringify(figures, null, 2)}\n`,
  );
  const isRight =
    outcome.missing.length + outcome.unexpected.length + outcome.without_record.length + strangers.length === 0 &&
    outcome.duplicates === 0 &&
    outcome.unacknowledged === 0;
  process.stdout.write(isRight ? 'every run got what it is owed\n' : 'NOT every run got what it is owed\n');
  return isRight;
}

if (values.help || ![minutes, runsAMinute, seed].every((number) => number > 0)) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  await mkdir(values.out, { recursive: true });
  const capacity = await inWorld((world) => liveThroughput(world, CAPACITY_LINES));
  say(`one service keeps up with ${capacity.toFixed(0)} chunks of 16 KiB a second`);
  const rules = await mkdtemp(join(tmpdir(), 'knell-soak-rules-'));
  try {
    await cp(RULES, rules, { recursive: true });
    const isRight = await inWorld((world) => soak(world, capacity / 2, rules));
    process.exitCode = isRight ? 0 : 1;
  } finally {
    await rm(rules, { recursive: true, force: true });
  }
}
