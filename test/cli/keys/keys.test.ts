import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { keysCommand } from '../../../src/cli/keys/keys.ts';
import { readSigningKey, readTrustedKeys } from '../../../src/signing/keys.ts';
import { runCommand } from '../../support/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'knell-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const keys = (...args: string[]) => runCommand(keysCommand(), ['keys', ...args]);

test('a new key goes to a file that only its owner reads, and its public half is printed', async () => {
  const file = join(folder, 'knell.key');
  const { code, out, err } = await keys('new', file);
  expect([code, err]).toEqual([
    0,
    `knell: the private key is in ${file}; the public one is on standard output. Next: KNELL_SIGNING_KEY_FILE=${file} for the service, and KNELL_PUBLIC_KEYS with the public key for taps and backends\n`,
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readTrustedKeys(out).has(readSigningKey(readFileSync(file, 'utf8')).id)).toBe(true);
  expect(await keys('public', file)).toEqual({ code: 0, out, err: '' });
});

test('a key that is there is not written over', async () => {
  const file = join(folder, 'twice.key');
  await keys('new', file);
  const before = readFileSync(file, 'utf8');
  expect(await keys('new', file)).toMatchObject({ code: 2, err: expect.stringContaining('is there already') });
  expect(readFileSync(file, 'utf8')).toBe(before);
});
