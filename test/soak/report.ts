import { table } from '../../src/cli/terminal/table.ts';
import type { Series } from './series.ts';
import { trendOf } from './slopes.ts';

/** One line for each series and who it is of. */
export function renderTrends(all: readonly Series[], warmUpS: number): string {
  const rows = all.flatMap(({ title, unit, lives }) =>
    [...new Set(lives.map(({ who }) => who))].map((who) => {
      const trend = trendOf(
        lives.filter((life) => life.who === who),
        warmUpS,
      );
      return [
        title,
        who,
        String(trend.lives),
        String(trend.readings),
        show(trend.median),
        show(trend.highest),
        show(trend.slopePerHour),
        unit,
      ];
    }),
  );
  return table(['SERIES', 'OF', 'LIVES', 'READINGS', 'MEDIAN', 'HIGHEST', 'SLOPE AN HOUR', 'UNIT'], rows);
}

function show(value: number): string {
  if (Number.isNaN(value)) return '–';
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
