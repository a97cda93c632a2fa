/** What a contestant's rounds came to. */
export interface Figure {
  readonly name: string;
  /** Of the numbers, e.g. `MB/s`. */
  readonly unit: string;
  readonly median: number;
  /** The lowest and the highest. */
  readonly spread: readonly [number, number];
}

/** @param values one for each round */
export function figure(name: string, unit: string, values: readonly number[]): Figure {
  const sorted = values.toSorted((one, other) => one - other);
  return {
    name,
    unit,
    median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    spread: [sorted[0] ?? Number.NaN, sorted.at(-1) ?? Number.NaN],
  };
}

export interface Measured {
  readonly name: string;
  /** How many bytes a round takes in. */
  readonly bytes: number;
  /** Runs once; seconds, where it has measured them itself. */
  readonly run: () => number | undefined | Promise<number | undefined>;
}

export const ROUNDS = 5;

/**
 * Runs everybody in turn, five rounds after one to warm up, so that whatever else the machine does hits all alike.
 */
export async function measure(all: readonly Measured[], rounds = ROUNDS): Promise<Figure[]> {
  const speeds = all.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [i, { bytes, run }] of all.entries()) {
      const start = process.hrtime.bigint();
      const own = await run();
      const seconds = own ?? Number(process.hrtime.bigint() - start) / 1e9;
      if (round >= 0) speeds[i]?.push(bytes / 1e6 / seconds);
    }
  }
  return all.map(({ name }, i) => figure(name, 'MB/s', speeds[i] ?? []));
}
