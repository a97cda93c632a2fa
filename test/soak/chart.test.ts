import { expect, it } from 'vitest';
import { drawChart, linearTicks, logTicks } from './chart.ts';
import type { Series } from './series.ts';

const life = (who: string, from: number, count: number, value: (index: number) => number) => ({
  who,
  points: Array.from({ length: count }, (_, index) => ({ s: from + index * 10, value: value(index) })),
});
const memory: Series = {
  title: 'memory <resident>',
  unit: 'MiB',
  lives: [life('steady', 0, 361, () => 100), life('restarted', 0, 20, () => 90), life('restarted', 300, 20, () => 95)],
};
const latency: Series = { title: 'latency', unit: 'ms', isLog: true, lives: [life('median', 0, 361, (i) => 10 + i)] };

it('draws a line for each life, so that a start anew breaks it', () => {
  const svg = drawChart('a soak', [memory, latency], [{ s: 600, what: 'SIGKILL' }]);
  expect(svg.match(/<polyline/g)).toHaveLength(4);
  expect(svg).toContain('memory &lt;resident&gt;, MiB');
  expect(svg).toContain('>SIGKILL</text>');
  expect(svg).not.toContain('>SIGTERM</text>');
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

it('names the minutes below and round values at the side', () => {
  const svg = drawChart('a soak', [memory], []);
  expect([...svg.matchAll(/text-anchor="end">([^<]+)</g)].map(([, tick]) => tick)).toEqual([
    '0',
    '20',
    '40',
    '60',
    '80',
    '100',
    '60 min',
  ]);
  expect([...svg.matchAll(/text-anchor="middle">([^<]+)</g)].map(([, tick]) => tick)).toEqual(['0', '20', '40']);
});

it('keeps a short peak where there are more readings than can be drawn', () => {
  const peak = { ...memory, lives: [life('steady', 0, 10_000, (index) => (index === 5_003 ? 100 : 1))] };
  const [path] = /points="[^"]+"/.exec(drawChart('a soak', [peak], [])) ?? [''];
  expect(path.split(' ').length).toBeLessThanOrEqual(240);
  expect(path.match(/,34(?= |")/g)).toHaveLength(1);
});

it('draws a panel without any reading', () => {
  expect(drawChart('a soak', [{ ...latency, lives: [] }], [])).not.toMatch(/NaN|Infinity|undefined/);
});

it('chooses steps of 1, 2 and 5', () => {
  expect(linearTicks(61)).toEqual([0, 20, 40, 60, 80]);
  expect(linearTicks(0.03)).toEqual([0, 0.01, 0.02, 0.03]);
  expect(linearTicks(0)).toEqual([0, 0.2]);
  expect(logTicks([3, 700])).toEqual([1, 10, 100, 1_000]);
  expect(logTicks([0.02])).toEqual([0.01, 0.1, 1]);
});
