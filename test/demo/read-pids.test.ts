import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readPids } from '../../src/demo/read-pids.ts';

const folder = mkdtempSync(join(tmpdir(), 'knell-pids-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  [undefined, []],
  ['', []],
  ['\n', []],
  ['31290', []],
  ['31290\n', [31_290]],
  ['31290\n312', [31_290]],
  ['31290\n31291\n', [31_290, 31_291]],
])('a file of processes that holds %j names %j', (text, pids) => {
  const file = join(folder, text === undefined ? 'none' : 'pids');
  if (text !== undefined) writeFileSync(file, text);
  expect(readPids(file)).toEqual(pids);
});
