import { appendFile, readFile } from 'node:fs/promises';

/** One row of the table. */
export interface Row {
  readonly client: string;
  /** The scenario and the format. */
  readonly scenario: string;
  readonly channel: string;
  readonly expected: string;
  readonly seen: string;
  /** From the first evidence to the tree gone. */
  readonly seconds: string;
  readonly verdict: string;
  /** How often the row was not right before, in the same file. */
  readonly failed?: number;
}

export const HEADING = '| client | scenario | channel | expected | seen | s | |\n|---|---|---|---|---|---|---|\n';

/** A row as one line of Markdown. */
export function markdown({ client, scenario, channel, expected, seen, seconds, verdict, failed = 0 }: Row): string {
  const is = failed > 0 ? `${verdict}, before: ${failed} not` : verdict;
  return `| ${[client, scenario, channel, expected, seen.replaceAll('|', '/'), seconds, is].join(' | ')} |\n`;
}

/** Distinguishes the rows of a table. */
export const keyOf = ({ client, scenario, channel }: Pick<Row, 'client' | 'scenario' | 'channel'>): string =>
  [client, scenario, channel].join(' | ');

/**
 * The rows of a file, by key: one JSON object a line, a later row in the place of an earlier one of the same key. Empty where there is
 * no such file.
 */
export async function readRows(file: string): Promise<Map<string, Row>> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const rows = new Map<string, Row>();
  for (const line of text.split('\n').filter(Boolean)) {
    const row = JSON.parse(line) as Row;
    const before = rows.get(keyOf(row));
    const failed = before && !isRight(before) ? (before.failed ?? 0) + 1 : before?.failed;
    rows.set(keyOf(row), { ...row, ...(failed !== undefined && { failed }) });
  }
  return rows;
}

/** Whether a row needs no other try. `blind`: the client said nothing that could be seen. */
export const isRight = ({ verdict }: Row): boolean => verdict === 'ok' || verdict === 'blind';

/** Keeps a row in the file. */
export const keepRow = (file: string, row: Row): Promise<void> => appendFile(file, `${JSON.stringify(row)}\n`);

/** How many rows there are of each verdict. */
export function countsOf(rows: Iterable<Row>): string {
  const counts = new Map<string, number>();
  for (const { verdict } of rows) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
}
