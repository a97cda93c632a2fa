import type { BenchServiceOptions } from './bench-service.ts';
import { type Figure, figure } from './measure.ts';
import { compare, type Row } from './row.ts';
import { measureLatency } from './service/latency.ts';
import { liveThroughput } from './service/throughput.ts';
import { inWorld } from './service/world.ts';

export interface BenchLatencyOptions extends BenchServiceOptions {
  /** How often evidence and echo are timed at each load. */
  readonly turns: number;
}

const LOADS = [0, 10, 50, 80];

/** From evidence to abort command, beside a bare echo on the same server, at shares of what the service keeps up with. */
export async function benchLatency({ lines, turns, say }: BenchLatencyOptions): Promise<Row[]> {
  return inWorld(async (world) => {
    const full = await liveThroughput(world, lines / 2);
    say(`one service keeps up with ${full.toFixed(0)} messages a second, ${((full * 16_384) / 1e6).toFixed(0)} MB/s`);
    const rows: Row[] = [];
    for (const load of LOADS) {
      const { command, echo, chunksPerSecond } = await measureLatency(world, turns, (full * load) / 100);
      say(`${turns} turns at ${chunksPerSecond.toFixed(0)} messages a second`);
      const target = load === 50 ? { atMost: 2 } : undefined;
      const what = `evidence to command, ${load} % load`;
      rows.push(compare(`${what}, median`, middle('knell', command), middle('a bare echo', echo), target));
      rows.push(compare(`${what}, 99th percentile`, late('knell', command), late('a bare echo', echo)));
    }
    return rows;
  });
}

/** The median and the quarters around it. */
function middle(name: string, ms: readonly number[]): Figure {
  return { ...figure(name, 'ms', ms), spread: [quantile(ms, 0.25), quantile(ms, 0.75)] };
}

function late(name: string, ms: readonly number[]): Figure {
  return { name, unit: 'ms', median: quantile(ms, 0.99), spread: [quantile(ms, 0.95), Math.max(...ms)] };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
