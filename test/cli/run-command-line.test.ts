import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const KNELL = join(import.meta.dirname, '../../dist/main.cjs');
const knell = (redirected: string) =>
  spawnSync('sh', ['-c', `"$0" "$1" ${redirected}`, process.execPath, KNELL], { encoding: 'utf8' });

test('a command whose output can not be written says why and exits 2', () => {
  const { stderr, status } = knell('rules docs > /dev/full');
  expect(stderr).toMatch(/^knell: standard output can't be written: .*no space left on device.*\n$/);
  expect(status).toBe(2);
});

test('a command whose output is no longer read ends without a word', () => {
  const { stderr, stdout } = knell('rules docs | head -1');
  expect([stdout.split('\n').length, stderr]).toEqual([2, '']);
});
