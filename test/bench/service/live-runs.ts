import { headers } from 'nats';
import type { Run } from '../../../src/contracts/run.ts';
import { createSubjects } from '../../../src/contracts/subjects.ts';
import { claude } from '../../support/claude-lines.ts';
import { type Child, startKnell } from './child.ts';
import { cpuSeconds, memoryMiB } from './process-usage.ts';
import { type World, withShortStall } from './world.ts';

const subjects = createSubjects();

/** The limit of silence, and the time over which the runs start: so they come to be looked at evenly, as in a fleet. */
const SILENT_SECONDS = 20;
const STARTING_MS = SILENT_SECONDS * 1_000;

const BANNER = 'Login expired · Please run /login';

export interface LiveRuns {
  readonly runs: number;
  readonly workers: number;
  readonly seconds: number;
  /** Of all workers together, while the runs talked. */
  readonly cpuPercent: number;
  readonly serverCpuPercent: number;
  /** Of the biggest worker. */
  readonly rssMiB: number;
  /** Things attended to, and how late: upper bounds of the histogram's buckets, in seconds. */
  readonly attended: number;
  readonly lateP50: number;
  readonly lateP99: number;
  /** Decisions that were made anew because somebody else had written first, while the runs talked. */
  readonly conflicts: number;
  /** Those while the runs started: each run's start and its first line are taken in at the same time. */
  readonly startConflicts: number;
  /** Things that had to be tried again because something outside failed. */
  readonly retried: number;
}

export interface LiveRunsOptions {
  readonly runs: number;
  readonly workers: number;
  readonly seconds: number;
  /** Seconds between two lines of a run. */
  readonly everySeconds: number;
  /** Of all runs, how many fall silent, half of them after a suspicious line. */
  readonly silentShare: number;
}

/** Many runs that each say a line now and then, of which some fall silent. */
export async function measureLiveRuns(world: World, options: LiveRunsOptions): Promise<LiveRuns> {
  return withShortStall(
    `  warn: "${SILENT_SECONDS}s"\n  abort: "60s"\n  open_tool: { warn: "40s" }\n`,
    async (rules) => {
      const ports = Array.from({ length: options.workers }, (_, index) => 18_400 + index);
      const workers: Child[] = [];
      for (const httpPort of ports) workers.push(await startKnell({ natsUrl: world.natsUrl, rules, httpPort }));
      try {
        return await talk(world, options, workers, ports);
      } finally {
        await Promise.all(workers.map((worker) => worker.end()));
      }
    },
  );
}

async function talk(
  { connection, serverPid }: World,
  { runs: count, workers: workerCount, seconds, everySeconds, silentShare }: LiveRunsOptions,
  workers: readonly Child[],
  ports: readonly number[],
): Promise<LiveRuns> {
  const name = `w${workerCount}x${Date.now().toString(36)}`;
  const runs = Array.from({ length: count }, (_, index): Run & { lines: number; silentAfter: number } => ({
    agent: `live-${index % 100}`,
    execution: `${name}-${index}`,
    attempt: 1,
    lines: 0,
    silentAfter: index < count * silentShare ? 2 : Number.POSITIVE_INFINITY,
  }));
  const startedMs = performance.now();
  const say = (run: (typeof runs)[number], line: string) => {
    const head = headers();
    head.set('Knell-Runtime', 'claude-code');
    head.set('Knell-Subscription', `team-${run.agent}`);
    head.set('Knell-Line', String(run.lines));
    head.set('Knell-Time', new Date().toISOString());
    connection.publish(subjects.logs(run, 'stdout'), `${line}\n`, { headers: head });
    run.lines += 1;
  };
  const step = (run: (typeof runs)[number], index: number) => {
    if (run.lines === 0 && performance.now() - startedMs < (index / count) * STARTING_MS) return;
    if (run.lines === 0) {
      const { agent, execution, attempt } = run;
      const at = new Date().toISOString();
      const started = { schema: 'knell.run/v1', type: 'started', agent, execution, attempt, at };
      connection.publish(subjects.runs(run), JSON.stringify({ ...started, runtime: 'claude-code' }));
      // Half of those that will fall silent are plain text, where the banner may be anybody's.
      say(run, index % 2 === 0 ? claude.init() : 'Reading the sources.');
      return;
    }
    if (run.lines > run.silentAfter) return;
    if (run.lines === run.silentAfter && index % 2 === 1) say(run, BANNER);
    else say(run, index % 2 === 0 ? claude.says(`step ${run.lines} of the work goes well`) : `step ${run.lines}`);
  };
  const perMs = count / (everySeconds * 1_000);
  let next = 0;
  let usedBefore: number[] | undefined;
  let startConflicts = 0;
  let countedMs = startedMs;
  while (performance.now() - startedMs < seconds * 1_000) {
    const due = (performance.now() - startedMs) * perMs;
    for (; next < due; next += 1) step(runs[next % count] as (typeof runs)[number], next % count);
    if (!usedBefore && performance.now() - startedMs > STARTING_MS) {
      usedBefore = await used([...workers.map(({ pid }) => pid), serverPid]);
      countedMs = performance.now();
      startConflicts = total(await readMetrics(ports), CONFLICTS);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const usedAfter = await used([...workers.map(({ pid }) => pid), serverPid]);
  const wall = (performance.now() - countedMs) / 1_000;
  const shares = usedAfter.map((after, index) => ((after - (usedBefore?.[index] ?? 0)) / wall) * 100);
  const memory = await Promise.all(workers.map(({ pid }) => memoryMiB(pid)));
  const metrics = await readMetrics(ports);
  if (process.env.KNELL_BENCH_METRICS) process.stderr.write(`${metrics[0]}\n`);
  const late = histogram(metrics, 'knell_attention_late_seconds');
  return {
    runs: count,
    workers: workers.length,
    seconds,
    cpuPercent: shares.slice(0, -1).reduce((sum, share) => sum + share, 0),
    serverCpuPercent: shares.at(-1) ?? Number.NaN,
    rssMiB: Math.max(...memory.map(({ now }) => now)),
    attended: late.count,
    lateP50: late.upTo(0.5),
    lateP99: late.upTo(0.99),
    conflicts: total(metrics, CONFLICTS) - startConflicts,
    startConflicts,
    retried: total(metrics, 'knell_messages_retried_total'),
  };
}

const used = (pids: readonly number[]) => Promise.all(pids.map(cpuSeconds));

const CONFLICTS = 'knell_state_conflicts_total';

const readMetrics = (ports: readonly number[]): Promise<string[]> =>
  Promise.all(ports.map(async (port) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()));

function total(texts: readonly string[], name: string): number {
  return texts.reduce((sum, text) => sum + Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? 0), 0);
}

/** One histogram over all workers, out of the text that Prometheus reads. */
function histogram(texts: readonly string[], name: string) {
  const buckets = new Map<number, number>();
  for (const text of texts) {
    for (const [, bound, value] of text.matchAll(new RegExp(`^${name}_bucket\\{le="([^"]+)"\\} (\\S+)`, 'gm'))) {
      const upTo = bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound);
      buckets.set(upTo, (buckets.get(upTo) ?? 0) + Number(value));
    }
  }
  const count = buckets.get(Number.POSITIVE_INFINITY) ?? 0;
  const sorted = [...buckets].sort(([a], [b]) => a - b);
  return { count, upTo: (q: number) => sorted.find(([, value]) => value >= q * count)?.[0] ?? Number.NaN };
}
