import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rulesFrom } from '../../src/cli/load-packs.ts';
import { rulesFolder, SHIPPED_RULES } from '../../src/cli/rules-option.ts';
import { scanCommand } from '../../src/cli/scan.ts';
import { prepareLocalTap } from '../../src/cli/tap/local-tap.ts';
import { claude } from '../support/claude-lines.ts';
import { runCommand } from '../support/command.ts';

const before = process.cwd();
const repository = mkdtempSync(join(tmpdir(), 'knell-repository-'));
beforeAll(() => {
  mkdirSync(join(repository, 'rules'));
  // What a scanner of source code is configured with.
  writeFileSync(join(repository, 'rules/sql.yaml'), 'rules:\n  - id: sql-injection\n    pattern: exec($X)\n');
  writeFileSync(join(repository, 'doomed.log'), `${claude.init()}\n${claude.fails('OAuth token has expired', 401)}\n`);
  process.chdir(repository);
});
afterAll(() => {
  process.chdir(before);
  rmSync(repository, { recursive: true, force: true });
});

describe('a rules folder that happens to lie in a repository', () => {
  test('is not read by a scan', async () => {
    const { code, out } = await runCommand(scanCommand(), ['scan', 'doomed.log']);
    expect([code, out]).toEqual([1, expect.stringMatching(/ABORT.*auth\.token_expired/)]);
  });

  test('is not read by a tap', async () => {
    const run = { agent: 'a', execution: 'e', attempt: 1 };
    const { link, clock } = await prepareLocalTap({ run, obey: false });
    await link.close(0);
    expect(clock).toBeDefined();
  });

  test('is read where the command line or KNELL_RULES names it', async () => {
    const named = await runCommand(scanCommand(), ['scan', '--rules', 'rules', 'doomed.log']);
    const set = await runCommand(scanCommand(), ['scan', 'doomed.log'], { KNELL_RULES: 'rules' });
    for (const { code, err } of [named, set])
      expect([code, err]).toEqual([2, expect.stringContaining("can't be used")]);
  });

  test('is read by those who work on rules', async () => {
    expect(rulesFolder(undefined)).toBe('rules');
    expect(rulesFolder('mine')).toBe('mine');
    await expect(rulesFrom('rules')).rejects.toMatchObject({ code: 'ERULES' });
    expect((await rulesFrom()).digest).toBe((await rulesFrom(SHIPPED_RULES)).digest);
  });
});
