import { useEffect, useRef } from 'preact/hooks';
import type uPlotType from 'uplot';
import type { Now } from '../../contracts/api/now.ts';
import { useValue } from '../observable.ts';
import { isDark, theme } from '../theme.ts';
import { Empty } from './states.tsx';

/** Distinct for people who see few colours too, on both themes (Okabe and Ito). */
const COLOURS = ['#d55e00', '#0072b2', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8a8f98'];
const MAX_SERIES = COLOURS.length;
const HEIGHT = 190;

/** Aborts by category over the last day, stacked by hour. The library is loaded when a chart is first drawn. */
export function AbortsChart({ aborts }: { aborts: Now['aborts'] }) {
  const box = useRef<HTMLDivElement>(null);
  const chosen = useValue(theme);
  const { names, stacks } = stackOf(aborts);
  const shape = JSON.stringify([names, stacks, chosen]);
  // The shape is all that is drawn.
  useEffect(() => {
    if (names.length === 0) return undefined;
    let plot: uPlotType | undefined;
    let isOver = false;
    const times = aborts.map(({ at_ms }) => at_ms / 1_000);
    void (async () => {
      const { default: UPlot } = await import('../uplot.ts');
      if (isOver || !box.current) return;
      const ink = isDark() ? '#a9b4c0' : '#52606d';
      const grid = { stroke: isDark() ? '#2b3642' : '#e4e8ec', width: 1 };
      const axis = { stroke: ink, grid, ticks: { ...grid, size: 4 }, font: '12px system-ui, sans-serif' };
      const bars = UPlot.paths.bars?.({ size: [0.72, 40] });
      plot = new UPlot(
        {
          width: box.current.clientWidth,
          height: HEIGHT,
          legend: { show: false },
          cursor: { show: false },
          scales: {
            x: { time: true, range: (_, min, max) => [min - 1_800, max + 1_800] },
            y: { range: (_, __, max) => [0, Math.max(4, Math.ceil(max * 1.1))] },
          },
          axes: [
            { ...axis, size: 28, values: (_, ticks) => ticks.map(hourOf) },
            { ...axis, size: 40, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000] },
          ],
          // The tallest first: each next one covers the lower part of it.
          series: [
            {},
            ...names
              .map((_, index) => ({
                fill: COLOURS[index] as string,
                stroke: COLOURS[index] as string,
                width: 0,
                ...(bars && { paths: bars }),
                points: { show: false },
              }))
              .toReversed(),
          ],
        },
        [times, ...stacks.toReversed()],
        box.current,
      );
    })();
    const resize = new ResizeObserver(() => plot?.setSize({ width: box.current?.clientWidth ?? 300, height: HEIGHT }));
    if (box.current) resize.observe(box.current);
    return () => {
      isOver = true;
      resize.disconnect();
      plot?.destroy();
    };
  }, [shape]);
  const total = aborts.reduce((sum, { by_category }) => sum + Object.values(by_category).reduce((a, b) => a + b, 0), 0);
  return (
    <figure class="chart">
      <div
        ref={box}
        class={total === 0 ? 'hidden' : 'chart-box'}
        role="img"
        aria-label={`${total} runs ended in the last 24 hours`}
      />
      {total === 0 && <Empty title="No run was ended." />}
      <figcaption class="legend">
        {names.map((name, index) => (
          <a key={name} href={name === 'others' ? '/runs' : `/runs?category=${name}`}>
            <span class="swatch" style={{ background: COLOURS[index] }} aria-hidden="true" />
            {name} <span class="figure">{sumOf(aborts, name, names)}</span>
          </a>
        ))}
      </figcaption>
    </figure>
  );
}

function hourOf(seconds: number): string {
  const date = new Date(seconds * 1_000);
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}

/** The categories that are drawn, the most frequent first, and for each how tall the stack is up to it. */
function stackOf(aborts: Now['aborts']): { names: string[]; stacks: number[][] } {
  const totals = new Map<string, number>();
  for (const { by_category } of aborts) {
    for (const [name, count] of Object.entries(by_category)) totals.set(name, (totals.get(name) ?? 0) + count);
  }
  const all = [...totals].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const names = all.length <= MAX_SERIES ? all : [...all.slice(0, MAX_SERIES - 1), 'others'];
  const heights = aborts.map(() => 0);
  const stacks = names.map((name) =>
    aborts.map((hour, index) => {
      heights[index] = (heights[index] as number) + countIn(hour, name, names);
      return heights[index] as number;
    }),
  );
  return { names, stacks };
}

function countIn({ by_category }: Now['aborts'][number], name: string, names: readonly string[]): number {
  if (name !== 'others') return by_category[name] ?? 0;
  return Object.entries(by_category).reduce((sum, [one, count]) => (names.includes(one) ? sum : sum + count), 0);
}

function sumOf(aborts: Now['aborts'], name: string, names: readonly string[]): number {
  return aborts.reduce((sum, hour) => sum + countIn(hour, name, names), 0);
}
