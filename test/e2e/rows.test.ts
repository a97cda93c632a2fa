import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { countsOf, isRight, keepRow, markdown, type Row, readRows } from './rows.ts';

const ROW: Row = {
  client: 'codex 1',
  scenario: 'hang, text',
  channel: 'nats',
  expected: 'stalled runtime.stalled',
  seen: 'ended',
  seconds: '101.0',
  verdict: 'ok',
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'knell-rows-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('the last try of a row stands, and says how often it was not right before', async () => {
  const file = join(folder, 'rows.jsonl');
  for (const verdict of ['WRONG', 'not run', 'ok']) await keepRow(file, { ...ROW, verdict });
  await keepRow(file, { ...ROW, channel: 'local' });
  const rows = [...(await readRows(file)).values()];
  expect(rows).toEqual([
    { ...ROW, failed: 2 },
    { ...ROW, channel: 'local' },
  ]);
  expect(rows.map(markdown)[0]).toBe(
    '| codex 1 | hang, text | nats | stalled runtime.stalled | ended | 101.0 | ok, before: 2 not |\n',
  );
  expect(countsOf(rows)).toBe('2 ok');
});

test('a file that is not there yet has no rows', async () => {
  expect(await readRows(join(folder, 'none.jsonl'))).toEqual(new Map());
});

test('a row is right where it is ok, or where the client said nothing to see', () => {
  expect(['ok', 'blind', 'WRONG', 'not run'].map((verdict) => isRight({ ...ROW, verdict }))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
