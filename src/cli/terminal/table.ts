import { stripVTControlCharacters } from 'node:util';

/** A table of which not all rows are known at once. */
export interface GrowingTable {
  /** The rows below those before them; under the headings again where a column had to become wider. */
  add(rows: readonly (readonly string[])[]): string;
}

/** Columns under their headings, as wide as they need to be; colours in a cell don't count. No trailing blanks. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return growingTable(headings).add(rows);
}

/** {@link table}, for rows that come one after the other. */
export function growingTable(headings: readonly string[]): GrowingTable {
  let widths: readonly number[] = headings.map(() => 0);
  return {
    add(rows) {
      const wider = headings.map((heading, column) =>
        Math.max(widths[column] ?? 0, ...[heading, ...rows.map((row) => row[column] ?? '')].map(widthOf)),
      );
      const fits = wider.every((width, column) => width === widths[column]);
      widths = wider;
      const lines = [...(fits ? [] : [headings]), ...rows].map((row) =>
        row
          .map((cell, column) => cell + ' '.repeat((wider[column] ?? 0) - widthOf(cell)))
          .join('  ')
          .trimEnd(),
      );
      return `${lines.join('\n')}\n`;
    },
  };
}

function widthOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
