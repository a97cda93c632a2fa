import { table } from '../../src/cli/terminal/table.ts';
import type { Figure } from './measure.ts';

/** What a ratio should be, where that was promised. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** One line of the result: knell against somebody, both measured in the same run. */
export interface Row {
  readonly what: string;
  readonly knell: Figure;
  readonly other: Figure;
  /** Of the medians. */
  readonly ratio: number;
  readonly target?: Target;
}

/** @param target a number is the least that the ratio should be */
export function compare(what: string, knell: Figure, other: Figure, target?: number | Target): Row {
  const wanted = typeof target === 'number' ? { atLeast: target } : target;
  return { what, knell, other, ratio: knell.median / other.median, ...(wanted !== undefined && { target: wanted }) };
}

/** The rows as one table. */
export function renderRows(rows: readonly Row[]): string {
  return table(
    ['WHAT', 'KNELL', 'AGAINST', '', 'UNIT', 'RATIO', 'TARGET'],
    rows.map(({ what, knell, other, ratio, target }) => [
      what,
      show(knell),
      other.name,
      show(other),
      knell.unit,
      ratio.toPrecision(3),
      target ? `${isMet(ratio, target) ? 'met' : 'MISSED'} ${describe(target)}` : '',
    ]),
  );
}

function isMet(ratio: number, target: Target): boolean {
  return 'atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost;
}

function describe(target: Target): string {
  return 'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
}

/** The median, and how far the rounds were apart. */
function show({ median, spread: [lowest, highest] }: Figure): string {
  return `${round(median)} (${round(lowest)}–${round(highest)})`;
}

function round(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
