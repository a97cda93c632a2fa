import type { BenchOptions } from './bench-engine.ts';
import { figure } from './measure.ts';
import { compare, type Row } from './row.ts';
import { fill, type Reading, readBare, readWithKnell } from './service/throughput.ts';
import { inWorld } from './service/world.ts';

export interface BenchServiceOptions extends BenchOptions {
  /** How many lines stand in the log stream. */
  readonly lines: number;
}

const ROUNDS = 5;
const COUNTS = [1, 2, 4];

/**
 * What it costs to read a full log stream: `knell serve` as processes of their own on a real server, beside consumers
 * that only count line breaks and acknowledge. CPU seconds are those after each has started. How much more several
 * bare consumers use than one shows how much of it is Node and the machine.
 */
export async function benchService({ lines, say }: BenchServiceOptions): Promise<Row[]> {
  return inWorld(async (world) => {
    const load = await fill(world, lines);
    const megabytes = load.bytes / 1e6;
    say(`${load.lines} lines stand in ${load.chunks} messages, ${megabytes.toFixed(0)} MB`);
    const bare = new Map(COUNTS.map((count) => [count, [] as Reading[]]));
    const knell = new Map(COUNTS.map((count) => [count, [] as Reading[]]));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const count of COUNTS) {
        bare.get(count)?.push(await readBare(world, count));
        knell.get(count)?.push(await readWithKnell(world, count));
      }
      say(`read by 1, 2 and 4 workers, round ${round + 1} of ${ROUNDS}`);
    }
    const of = (readings: ReadonlyMap<number, readonly Reading[]>, count: number) => readings.get(count) ?? [];
    const cpu = (name: string, readings: readonly Reading[]) =>
      figure(
        name,
        'CPU s',
        readings.map((reading) => reading.cpu),
      );
    const speed = (name: string, readings: readonly Reading[]) =>
      figure(
        name,
        'MB/s',
        readings.map(({ seconds }) => megabytes / seconds),
      );
    const started = of(knell, 1).map(({ startCpu }) => startCpu.toFixed(2));
    say(`a worker's own start took CPU seconds of ${started.join(', ')}, which are not in the figures`);
    say(`peak memory of one worker: ${Math.max(...of(knell, 1).map(({ peakMiB }) => peakMiB)).toFixed(0)} MiB`);
    return [
      compare('service, the same bytes', cpu('knell', of(knell, 1)), cpu('a bare consumer', of(bare, 1)), {
        atMost: 1.6,
      }),
      compare('service, start included', speed('knell', of(knell, 1)), speed('a bare consumer', of(bare, 1))),
      ...[2, 4].flatMap((count) => [
        compare(`${count} workers together`, cpu('knell', of(knell, count)), cpu('one worker', of(knell, 1)), {
          atMost: 1.15,
        }),
        compare(
          `${count} bare consumers together`,
          cpu('bare', of(bare, count)),
          cpu('one bare consumer', of(bare, 1)),
        ),
      ]),
    ];
  });
}
