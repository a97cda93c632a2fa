import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type Run, runKey } from '../../src/contracts/run.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { readTally, untilIdle } from '../chaos/tally.ts';
import { claude } from '../support/claude-lines.ts';
import { say, subjects } from '../support/service.ts';
import { useFaultyWorld } from './faulty-world.ts';

/** What the fleet has printed while no worker was there, in megabytes. */
const BACKLOG_MB = Number(process.env.KNELL_BACKLOG_MB ?? 500);
const RUNS = 200;
const HEAP_MB = 128;
/** What a worker may take of the machine's memory at most, in megabytes. */
const MOST_MB = 512;
const MESSAGE_BYTES = 64_000;
const head = { 'Knell-Runtime': 'claude-code' };
const banner = 'Login expired · Please run /login';
const world = useFaultyWorld();

/** The most memory that a process had, in megabytes (Linux). */
async function peakMb(pid: number): Promise<number> {
  return Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
}

/** Every other run fails at its end; the others only speak of failures, and succeed. */
async function printBacklog(runs: readonly Run[]): Promise<void> {
  const line = claude.says(`The log says "${banner}": ${'x'.repeat(900)}`);
  const chunk = Array.from({ length: Math.floor(MESSAGE_BYTES / line.length) }, () => line);
  const chunks = Math.ceil((BACKLOG_MB * 1e6) / RUNS / MESSAGE_BYTES);
  for (const run of runs) await say(world.connection, run, 'stdout', [claude.init()], head);
  for (let round = 0; round < chunks; round += 1) {
    await Promise.all(runs.map((run) => say(world.connection, run, 'stdout', chunk, head)));
  }
  for (const [index, run] of runs.entries()) {
    const last = index % 2 === 0 ? claude.fails('OAuth token has expired', 401) : claude.succeeds();
    await say(world.connection, run, 'stdout', [last], head);
  }
}

test.each([
  ['an ordinary heap', {}],
  [`a heap of ${HEAP_MB} MB`, { NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` }],
])(`${BACKLOG_MB} MB are read through with %s, each run in its order`, { timeout: 900_000 }, async (heap, env) => {
  const runs = Array.from({ length: RUNS }, (_, index): Run => ({ agent: 'a', execution: `e${index}`, attempt: 1 }));
  await ensureStreams(world.connection, subjects);
  await printBacklog(runs);
  const startMs = performance.now();
  const worker = await world.startWorker(env);
  await untilIdle(world.connection);
  const seconds = Math.round((performance.now() - startMs) / 100) / 10;
  const { commands } = await readTally(world.connection);
  const mb = Math.round(await peakMb(worker.pid));
  process.stderr.write(`${BACKLOG_MB} MB with ${heap}: ${seconds} s, ${mb} MB at most, ${commands.size} commands\n`);
  expect([...commands.keys()].sort()).toEqual(
    runs
      .filter((_, index) => index % 2 === 0)
      .map(runKey)
      .sort(),
  );
  expect([...commands.values()].filter((ids) => ids.length !== 1)).toEqual([]);
  expect(mb).toBeLessThan(MOST_MB);
});
