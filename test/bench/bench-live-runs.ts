import type { BenchOptions } from './bench-engine.ts';
import { figure } from './measure.ts';
import { compare, type Row } from './row.ts';
import { type LiveRuns, measureLiveRuns } from './service/live-runs.ts';
import { inWorld } from './service/world.ts';

export interface BenchLiveRunsOptions extends BenchOptions {
  /** How long the runs are watched. */
  readonly seconds: number;
}

const EVERY_SECONDS = 10;

/** What many live runs weigh, with a line from each every ten seconds and a tenth of them falling silent. */
export async function benchLiveRuns({ seconds, say }: BenchLiveRunsOptions): Promise<Row[]> {
  const measure = async (runs: number, workers: number): Promise<LiveRuns> => {
    say(`${runs} live runs, ${workers} worker${workers === 1 ? '' : 's'}, ${seconds} s`);
    const live = await inWorld((world) =>
      measureLiveRuns(world, { runs, workers, seconds, everySeconds: EVERY_SECONDS, silentShare: 0.1 }),
    );
    say(
      `CPU ${live.cpuPercent.toFixed(1)} %, server ${live.serverCpuPercent.toFixed(1)} %, ${live.rssMiB.toFixed(0)} MiB; attended to ${live.attended}, late by up to ${live.lateP50} s (median), ${live.lateP99} s (99th percentile); ${live.conflicts} conflicts (${live.startConflicts} at the start)`,
    );
    return live;
  };
  const [few, many, shared] = [await measure(1_000, 1), await measure(10_000, 1), await measure(10_000, 4)];
  const one = (name: string, unit: string, value: number) => figure(name, unit, [value]);
  return [
    compare('10,000 live runs, memory', one('knell', 'MiB', many.rssMiB), one('1,000 runs', 'MiB', few.rssMiB)),
    compare('10,000 live runs, CPU', one('knell', '%', many.cpuPercent), one('1,000 runs', '%', few.cpuPercent)),
    compare('the same, 4 workers', one('knell', '% CPU', shared.cpuPercent), one('1 worker', '% CPU', many.cpuPercent)),
    compare(
      'the same, lateness, 99th percentile',
      one('4 workers', 's', shared.lateP99),
      one('1 worker', 's', many.lateP99),
    ),
  ];
}
