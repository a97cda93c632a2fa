import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scanCommand } from '../../src/cli/scan.ts';
import { AbortCommand } from '../../src/contracts/abort-command.ts';
import { FailureRecord } from '../../src/contracts/failure-record.ts';
import { claude } from '../support/claude-lines.ts';
import { runCommand } from '../support/command.ts';

let folder: string;
const scan = (...args: string[]) => runCommand(scanCommand(), ['scan', '--rules', 'rules', ...args]);
const log = async (name: string, lines: readonly string[]): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, lines.map((line) => `${line}\n`).join(''));
  return path;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'knell-scan-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('knell scan', () => {
  test('finds nothing wrong where an agent only talks of failures', async () => {
    const healthy = [claude.init(), claude.says('The log says: OAuth token has expired (401).'), claude.succeeds()];
    const said = await scan(await log('healthy.log', healthy));
    expect(said).toMatchObject({ code: 0, out: expect.stringContaining('healthy.log: nothing wrong found') });
  });

  test('says what ended a run, where, and what to do next; and exits 1', async () => {
    const path = await log('doomed.log', [claude.init(), claude.fails('OAuth token has expired', 401)]);
    const said = await scan(path);
    expect(said.code).toBe(1);
    expect(said.out).toMatch(/ABORT.*auth\.token_expired/);
    expect(said.out).toContain('OAuth token has expired');
    expect(said.out).not.toContain('\u001b[');
  });

  test('prints the messages of the contract when asked for JSON', async () => {
    const path = await log('doomed.json.log', [claude.init(), claude.fails('OAuth token has expired', 401)]);
    const rows = (await scan('--json', path)).out
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row) as { schema: string });
    expect(AbortCommand.parse(rows.find(({ schema }) => schema === 'knell.abort/v1'))).toMatchObject({
      category: 'auth.token_expired',
    });
    expect(FailureRecord.parse(rows.at(-1))).toMatchObject({ disposition: 'aborted' });
  });

  test('says which log it could not read', async () => {
    const said = await scan(join(folder, 'nothing.log'));
    expect(said.code).toBe(2);
    expect(said.err).toContain('nothing.log');
  });
});
