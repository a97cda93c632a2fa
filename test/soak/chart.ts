import type { Life, Series } from './series.ts';

/** Something that was done at a moment, drawn as a line through all panels. */
export interface Mark {
  readonly s: number;
  readonly what: 'SIGTERM' | 'SIGKILL' | 'reload';
}

const PANEL = { width: 460, height: 190, left: 62, right: 14, top: 34, bottom: 34 };
const COLUMNS = 2;
const HEAD = 58;
/** Dark enough on white to be told apart in print, and by people who do not tell red from green. */
const COLOURS = ['#1b5e9e', '#c2570c', '#5a5a5a', '#7b3f98', '#2a8a6d', '#b8860b', '#a11d4e'];
const MARK_COLOURS: Readonly<Record<Mark['what'], string>> = {
  SIGTERM: '#9aa5b1',
  SIGKILL: '#d64545',
  reload: '#8fc7a0',
};
/** More points than this in a line can't be seen. */
const MOST_POINTS = 240;

/** All series as panels of one picture (SVG), time along the bottom in minutes. */
export function drawChart(title: string, all: readonly Series[], marks: readonly Mark[]): string {
  const rows = Math.ceil(all.length / COLUMNS);
  const [width, height] = [COLUMNS * PANEL.width, HEAD + rows * PANEL.height];
  const endS = Math.max(1, ...all.flatMap(({ lives }) => lives.map(({ points }) => points.at(-1)?.s ?? 0)));
  const who = [...new Set(all.flatMap(({ lives }) => lives.map((life) => life.who)))];
  const colourOf = (name: string) => COLOURS[who.indexOf(name) % COLOURS.length] as string;
  const panels = all.map((series, index) => {
    const x = (index % COLUMNS) * PANEL.width;
    const y = HEAD + Math.floor(index / COLUMNS) * PANEL.height;
    return `<g transform="translate(${x} ${y})">${drawPanel(series, marks, endS, colourOf)}</g>`;
  });
  const names = [
    ...who.map((name) => ({ name, colour: colourOf(name) })),
    ...Object.entries(MARK_COLOURS)
      .filter(([what]) => marks.some((mark) => mark.what === what))
      .map(([name, colour]) => ({ name, colour })),
  ];
  let legendX = PANEL.left;
  const legend = names.map(({ name, colour }) => {
    const x = legendX;
    legendX += 34 + name.length * 7;
    return `<path d="M${x} 42h18" stroke="${colour}" stroke-width="3"/><text x="${x + 23}" y="46">${escapeXml(name)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12" fill="#222">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${PANEL.left}" y="24" font-size="15" font-weight="bold">${escapeXml(title)}</text>`,
    ...legend,
    ...panels,
    '</svg>\n',
  ].join('\n');
}

function drawPanel(
  { title, unit, lives, isLog = false }: Series,
  marks: readonly Mark[],
  endS: number,
  colourOf: (who: string) => string,
): string {
  const { left, right, top, bottom, width, height } = PANEL;
  const values = lives.flatMap(({ points }) => points.map(({ value }) => value));
  const ticks = isLog ? logTicks(values) : linearTicks(Math.max(0, ...values));
  const scale = (value: number) => (isLog ? Math.log10(Math.max(value, ticks[0] as number)) : value);
  const [lowest, highest] = [scale(ticks[0] as number), scale(ticks.at(-1) as number)];
  const xOf = (s: number) => round(left + (s / endS) * (width - left - right));
  const yOf = (value: number) =>
    round(height - bottom - ((scale(value) - lowest) / (highest - lowest)) * (height - top - bottom));
  const minutes = linearTicks(endS / 60).filter((minute) => minute * 60 <= endS);
  return [
    `<text x="${left}" y="${top - 12}" font-weight="bold">${escapeXml(`${title}, ${unit}`)}</text>`,
    ...marks.map(
      ({ s, what }) =>
        `<path d="M${xOf(s)} ${top}V${height - bottom}" stroke="${MARK_COLOURS[what]}" stroke-width=".7"/>`,
    ),
    ...ticks.map(
      (value) =>
        `<path d="M${left} ${yOf(value)}H${width - right}" stroke="#ddd"/><text x="${left - 6}" y="${yOf(value) + 4}" text-anchor="end">${value}</text>`,
    ),
    ...minutes.map(
      (minute) =>
        `<text x="${xOf(minute * 60)}" y="${height - bottom + 16}" text-anchor="${minute === minutes.at(-1) ? 'end' : 'middle'}">${minute}${minute === minutes.at(-1) ? ' min' : ''}</text>`,
    ),
    ...lives.map((life) => drawLife(life, xOf, yOf, colourOf(life.who))),
  ].join('\n');
}

function drawLife(
  { points }: Life,
  xOf: (s: number) => number,
  yOf: (value: number) => number,
  colour: string,
): string {
  const every = Math.ceil(points.length / MOST_POINTS);
  // Of each few points the highest is drawn: a short peak must not vanish.
  const drawn = Array.from({ length: Math.ceil(points.length / every) }, (_, index) =>
    points.slice(index * every, (index + 1) * every).reduce((one, other) => (other.value > one.value ? other : one)),
  );
  const [first] = drawn;
  if (drawn.length === 1 && first)
    return `<circle cx="${xOf(first.s)}" cy="${yOf(first.value)}" r="1.5" fill="${colour}"/>`;
  const path = drawn.map(({ s, value }) => `${xOf(s)},${yOf(value)}`).join(' ');
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.3"/>`;
}

/** From 0 to the first round number that is not below `highest`, in four to six steps of 1, 2 or 5. */
export function linearTicks(highest: number): number[] {
  const rough = (highest || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const count = Math.max(1, Math.ceil(highest / step));
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(6)));
}

/** Powers of ten about all values. */
export function logTicks(values: readonly number[]): number[] {
  const above = values.filter((value) => value > 0);
  const lowest = Math.floor(Math.log10(Math.min(...above, 1)));
  const highest = Math.max(lowest + 1, Math.ceil(Math.log10(Math.max(...above, 1))));
  return Array.from({ length: highest - lowest + 1 }, (_, index) => Number(`1e${lowest + index}`));
}

const round = (value: number): number => Math.round(value * 10) / 10;

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
