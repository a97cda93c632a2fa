import type { Life, Point } from './series.ts';

const SECONDS_PER_HOUR = 3_600;

/** How a series of readings goes, for one `who` over all its lives. */
export interface Trend {
  /** Least squares, each life about a mean of its own: a start anew is no fall. NaN where there are too few readings. */
  readonly slopePerHour: number;
  readonly lives: number;
  readonly readings: number;
  readonly median: number;
  readonly highest: number;
}

/**
 * The trend of all lives of one `who`.
 *
 * @param warmUpS seconds of each life that are left out: a process grows while its code is compiled
 */
export function trendOf(lives: readonly Life[], warmUpS = 0): Trend {
  const warm = lives.map(({ points }) => afterWarmUp(points, warmUpS)).filter((points) => points.length > 0);
  const values = warm
    .flat()
    .map(({ value }) => value)
    .sort((one, other) => one - other);
  return {
    slopePerHour: pooledSlope(warm) * SECONDS_PER_HOUR,
    lives: lives.length,
    readings: values.length,
    median: values[Math.floor(values.length / 2)] ?? Number.NaN,
    highest: values.at(-1) ?? Number.NaN,
  };
}

function afterWarmUp(points: readonly Point[], warmUpS: number): readonly Point[] {
  const start = points[0]?.s ?? 0;
  return points.filter(({ s }) => s - start >= warmUpS);
}

/** One slope for all groups, per second; each group has an intercept of its own. */
function pooledSlope(groups: readonly (readonly Point[])[]): number {
  let [along, squares] = [0, 0];
  for (const points of groups) {
    const mean = (of: (point: Point) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
    const [meanS, meanValue] = [mean(({ s }) => s), mean(({ value }) => value)];
    for (const { s, value } of points) {
      along += (s - meanS) * (value - meanValue);
      squares += (s - meanS) ** 2;
    }
  }
  return squares === 0 ? Number.NaN : along / squares;
}
