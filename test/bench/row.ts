import type { Figure } from './measure.ts';

/** One line of the result: knell against somebody, both measured in the same run. */
export interface Row {
  readonly what: string;
  readonly knell: Figure;
  readonly other: Figure;
  /** Of the medians. */
  readonly ratio: number;
  /** What the ratio should be at least, where that was promised. */
  readonly target?: number;
}

export function compare(what: string, knell: Figure, other: Figure, target?: number): Row {
  return { what, knell, other, ratio: knell.median / other.median, ...(target !== undefined && { target }) };
}

/** The rows as one table. */
export function renderRows(rows: readonly Row[]): string {
  const cells = rows.map(({ what, knell, other, ratio, target }) => [
    what,
    speed(knell),
    other.name,
    speed(other),
    ratio.toPrecision(3),
    target === undefined ? '' : `${ratio >= target ? 'met' : 'MISSED'}: ${target}`,
  ]);
  const table = [['what', 'knell MB/s (spread)', 'against', 'MB/s (spread)', 'ratio', 'target'], ...cells];
  const widths = (table[0] as string[]).map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  return table
    .map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
    .toSpliced(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`)
    .join('\n');
}

function speed({ median, spread: [slowest, fastest] }: Figure): string {
  return `${inMb(median)} (${inMb(slowest)}–${inMb(fastest)})`;
}

function inMb(bytesPerSecond: number): string {
  return (bytesPerSecond / 1e6).toPrecision(3);
}
