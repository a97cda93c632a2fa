import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startEmbeddedServer } from '../../src/nats/embedded-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'knell-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('two servers never keep their data in one folder, and the next may once the first has ended', async () => {
  const storeDir = join(folder, 'store');
  const first = await startEmbeddedServer({ storeDir });
  await expect(startEmbeddedServer({ storeDir })).rejects.toMatchObject({
    code: 'USAGE',
    message: `another knell keeps its data in ${storeDir}, with nats-server as process ${first.pid} at ${first.url}: use that one, or name another folder with --store`,
  });
  await first.stop('kill');
  const second = await startEmbeddedServer({ storeDir });
  expect(readFileSync(join(storeDir, 'server.pid'), 'utf8')).toBe(String(second.pid));
  await second.stop();
});

test('a file in place of the folder is told in words', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await expect(startEmbeddedServer({ storeDir: file })).rejects.toMatchObject({
    code: 'USAGE',
    message: `the data can't be kept in ${file}: it is a file. Name another folder with --store or KNELL_STORE`,
  });
  await expect(startEmbeddedServer({ storeDir: join(file, 'x') })).rejects.toThrow(
    ': a part of its path is a file, no folder. ',
  );
});
