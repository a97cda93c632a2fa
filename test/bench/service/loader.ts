import { connect, headers } from 'nats';
import type { Run } from '../../../src/contracts/run.ts';
import { createSubjects } from '../../../src/contracts/subjects.ts';
import { claude } from '../../support/claude-lines.ts';
import { partArguments, tell } from './child.ts';
import { type HealthyChunk, healthyChunks } from './healthy-chunks.ts';

export interface LoaderArguments {
  readonly natsUrl: string;
  /** Stop when so many lines are out … */
  readonly lines?: number;
  /** … or after so long, in milliseconds. */
  readonly forMs?: number;
  /** 16 KiB chunks a second; left out: as fast as the server takes them. */
  readonly perSecond?: number;
  /** Distinguishes the runs of one loader from those of another. */
  readonly name: string;
}

export interface LoaderReport {
  readonly chunks: number;
  readonly lines: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** Healthy runs of which each says its `init` and then talks; two in three are structured. */
const RUNS = 300;
const subjects = createSubjects();
const { natsUrl, lines: wanted, forMs, perSecond, name } = partArguments<LoaderArguments>();
const connection = await connect({ servers: natsUrl, name: 'bench-loader' });
const pools = { structured: healthyChunks(256, 'structured'), text: healthyChunks(256, 'text') };
let [chunks, lines, bytes] = [0, 0, 0];
const firstLines = new Map<string, number>();

function publish(run: Run, { data, lines: count }: HealthyChunk, runtime: string): void {
  const head = headers();
  const first = firstLines.get(run.execution) ?? 0;
  firstLines.set(run.execution, first + count);
  head.set('Knell-Runtime', runtime);
  head.set('Knell-Subscription', 'team-a');
  head.set('Knell-Line', String(first));
  head.set('Knell-Time', new Date().toISOString());
  connection.publish(subjects.logs(run, 'stdout'), data, { headers: head });
  chunks += 1;
  lines += count;
  bytes += data.length;
}

const runs = Array.from({ length: RUNS }, (_, index) => ({
  run: { agent: `bench-${index % 20}`, execution: `${name}-${index}`, attempt: 1 },
  kind: index % 3 === 2 ? ('text' as const) : ('structured' as const),
}));
for (const { run, kind } of runs) {
  const line = kind === 'text' ? 'Aider v0.86.1' : claude.init();
  publish(run, { data: Buffer.from(`${line}\n`), lines: 1 }, kind === 'text' ? 'aider' : 'claude-code');
}
await connection.flush();
tell('started');
const startedMs = performance.now();
const isOver = () =>
  (wanted !== undefined && lines >= wanted) || (forMs !== undefined && performance.now() - startedMs > forMs);
let sent = 0;
const sendOne = (): void => {
  const { run, kind } = runs[sent % RUNS] as (typeof runs)[number];
  const pool = pools[kind];
  publish(run, pool[sent % pool.length] as HealthyChunk, kind === 'text' ? 'aider' : 'claude-code');
  sent += 1;
};
while (!isOver()) {
  if (perSecond === undefined) {
    for (let burst = 0; burst < 64 && !isOver(); burst += 1) sendOne();
    await connection.flush();
  } else {
    const due = ((performance.now() - startedMs) / 1_000) * perSecond;
    while (sent < due) sendOne();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
await connection.drain();
tell({ chunks, lines, bytes, seconds: (performance.now() - startedMs) / 1_000 } satisfies LoaderReport);
