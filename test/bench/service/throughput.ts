import { join } from 'node:path';
import { BUCKETS, STREAMS } from '../../../src/contracts/subjects.ts';
import { type Child, ROOT, startKnell, startPart } from './child.ts';
import type { LoaderArguments, LoaderReport } from './loader.ts';
import { cpuSeconds, memoryMiB } from './process-usage.ts';
import { untilRead, type World } from './world.ts';

const WORKERS = 'knell_workers';
/** `KNELL_BENCH_RULES` takes other rules than the shipped ones, to see what the service costs without them. */
export const RULES = process.env.KNELL_BENCH_RULES ?? join(ROOT, 'rules');

/** What it cost to read the whole log stream. */
export interface Reading {
  /** CPU seconds of the readers after they had started. */
  readonly cpu: number;
  /** CPU seconds of each before it listened: loading the program and compiling the rules. */
  readonly startCpu: number;
  readonly seconds: number;
  readonly peakMiB: number;
}

/** Fills the log stream and tells what is in it. */
export async function fill(world: World, lines: number): Promise<LoaderReport> {
  const loader = startPart('loader', { natsUrl: world.natsUrl, lines, name: 'fill' } satisfies LoaderArguments);
  await loader.next();
  const report = await loader.next<LoaderReport>();
  const stored = (await world.manager.streams.info(STREAMS.logs)).state.messages;
  if (stored < report.chunks) throw new Error(`the stream holds ${stored} of ${report.chunks} chunks`);
  return report;
}

/** Lets bare consumers, which share a durable, read what the stream holds. */
export async function readBare(world: World, count = 1): Promise<Reading> {
  const durable = `bare_${Date.now()}`;
  const startedMs = performance.now();
  const starting = Array.from({ length: count }, async () => {
    const child = startPart('bare-consumer', { natsUrl: world.natsUrl, stream: STREAMS.logs, durable });
    await child.next();
    return { child, startCpu: await cpuSeconds(child.pid) };
  });
  const started = await Promise.all(starting);
  const reading = await untilDone(
    world,
    started.map(({ child }) => child),
    durable,
    started.map(({ startCpu }) => startCpu),
    startedMs,
  );
  await world.manager.consumers.delete(STREAMS.logs, durable);
  return reading;
}

/** Lets new `knell serve` processes read what the stream holds, as if they had never seen it. */
export async function readWithKnell(world: World, count: number, nodeArgs: readonly string[] = []): Promise<Reading> {
  await world.manager.consumers.delete(STREAMS.logs, WORKERS).catch(() => false);
  await world.manager.streams.delete(`KV_${BUCKETS.runs}`).catch(() => false);
  const startedMs = performance.now();
  const starting = Array.from({ length: count }, async () => {
    const child = await startKnell({ natsUrl: world.natsUrl, rules: RULES, nodeArgs });
    return { child, startCpu: await cpuSeconds(child.pid) };
  });
  const started = await Promise.all(starting);
  return untilDone(
    world,
    started.map(({ child }) => child),
    WORKERS,
    started.map(({ startCpu }) => startCpu),
    startedMs,
  );
}

async function untilDone(
  { manager }: World,
  children: readonly Child[],
  durable: string,
  startCpus: readonly number[],
  startedMs: number,
): Promise<Reading> {
  await untilRead(manager, STREAMS.logs, durable);
  const seconds = (performance.now() - startedMs) / 1_000;
  const cpus = await Promise.all(children.map(({ pid }) => cpuSeconds(pid)));
  const memory = await Promise.all(children.map(({ pid }) => memoryMiB(pid)));
  await Promise.all(children.map((child) => child.end()));
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  return {
    cpu: total(cpus) - total(startCpus),
    startCpu: total(startCpus) / children.length,
    seconds,
    peakMiB: Math.max(...memory.map(({ peak }) => peak)),
  };
}

/** Chunks a second that one service keeps up with while a loader sends as fast as it can, all on this machine. */
export async function liveThroughput(world: World, lines: number): Promise<number> {
  const knell = await startKnell({ natsUrl: world.natsUrl, rules: RULES });
  await untilRead(world.manager, STREAMS.logs, WORKERS);
  const loader = startPart('loader', { natsUrl: world.natsUrl, lines, name: `live${Date.now()}` });
  await loader.next();
  const startedMs = performance.now();
  const { chunks } = await loader.next<LoaderReport>();
  await untilRead(world.manager, STREAMS.logs, WORKERS);
  const perSecond = chunks / ((performance.now() - startedMs) / 1_000);
  await knell.end();
  return perSecond;
}
