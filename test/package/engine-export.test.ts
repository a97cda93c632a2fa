import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claude } from '../support/claude-lines.ts';

const ROOT = join(import.meta.dirname, '../..');
const work = mkdtempSync(join(tmpdir(), 'knell-package-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** What `npm pack` packs, where npm would install it, with the packages that it needs beside it. */
beforeAll(() => {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work], {
      cwd: ROOT,
      encoding: 'utf8',
    }),
  ) as [{ filename: string }];
  execFileSync('tar', ['-xzf', join(work, packed.filename), '-C', work]);
  mkdirSync(join(work, 'app'), { recursive: true });
  // The packages stand above the unpacked one, as they do in a project that npm has installed into.
  symlinkSync(join(ROOT, 'node_modules'), join(work, 'node_modules'));
  mkdirSync(join(work, 'app', 'node_modules'));
  symlinkSync(join(work, 'package'), join(work, 'app', 'node_modules', 'knell'));
});

const body = `
  const lines = ${JSON.stringify([claude.init(), claude.fails('OAuth token has expired', 401)])};
  const found = [];
  for await (const one of classify(lines, { rules: await loadEngineRules() })) found.push(one.schema + ' ' + one.category);
  console.log(found.join());
`;

describe('the packed package', () => {
  test.each([
    ['an ES module', 'app.mjs', `import { classify, loadEngineRules } from 'knell';${body}`],
    ['a CommonJS file', 'app.cjs', `const { classify, loadEngineRules } = require('knell');(async () => {${body}})();`],
  ])('can be used from %s', (_, name, source) => {
    writeFileSync(join(work, 'app', name), source);
    const { stdout, status } = spawnSync(process.execPath, [name], { cwd: join(work, 'app'), encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, 'knell.abort/v1 auth.token_expired,knell.failure/v1 auth.token_expired\n']);
  });

  test('has types for the engine and the client', () => {
    const source = `
      import { classify, loadEngineRules, type AbortCommand } from 'knell';
      import { createKnellClient } from 'knell/client';
      for await (const one of classify(['x'], { rules: await loadEngineRules() })) {
        if (one.schema === 'knell.abort/v1') { const command: AbortCommand = one; void command.expires_at; }
        // @ts-expect-error there is no such field
        void one.nonsense;
      }
      void createKnellClient;`;
    writeFileSync(join(work, 'app', 'app.mts'), source);
    const args = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--target',
      'es2023',
      '--module',
      'nodenext',
      '--types',
      'node',
      'app.mts',
    ];
    const tsc = spawnSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), ...args], {
      cwd: join(work, 'app'),
      encoding: 'utf8',
    });
    expect([tsc.stdout, tsc.status]).toEqual(['', 0]);
  });
});
