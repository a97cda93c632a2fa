import { expect, it } from 'vitest';
import { renderTrends } from './report.ts';

it('has a line for each worker, with all its lives taken together', () => {
  const life = (who: string, from: number) => ({
    who,
    points: Array.from({ length: 61 }, (_, index) => ({ s: from + index * 10, value: 100 + index / 6 })),
  });
  const series = { title: 'memory', unit: 'MiB', lives: [life('steady', 0), life('other', 0), life('other', 700)] };
  const [, ...lines] = renderTrends([series], 60).trimEnd().split('\n');
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    ['memory', 'steady', '1', '55', '106', '110', '60', 'MiB'],
    ['memory', 'other', '2', '110', '106', '110', '60', 'MiB'],
  ]);
});
