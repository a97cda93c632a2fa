import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
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

  test('says what it read a log as', async () => {
    const lines = [claude.init(), claude.says('a'), claude.succeeds()];
    const rows = lines.map((line) =>
      JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: '2026-01-29T16:29:20Z' }),
    );
    const said = await scan(await log('stored.log', rows));
    expect(said.out).toContain("read as claude-code stream-json in docker's json-file: 3 lines, 0 not understood");
  });

  test('gives no tick to a log of which it understood only a part', async () => {
    const said = await scan(await log('torn.log', [claude.init(), '{"type":"resu', claude.succeeds()]));
    expect(said).toMatchObject({ code: 0, out: expect.stringContaining('but 1 of 3 lines were not understood') });
    expect(said.out).not.toContain('✓');
  });

  test('takes the stream of a line from the log that stores both', async () => {
    const row = (line: string, stream: string) =>
      JSON.stringify({ log: `${line}\n`, stream, time: '2026-01-29T16:29:20Z' });
    const banner = 'Failed to authenticate. API Error: 401 OAuth access token has expired.';
    const path = await log('both.log', [row(claude.init(), 'stdout'), row('', 'stdout'), row(banner, 'stderr')]);
    const rows = (await scan('--json', path)).out
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(rows.at(-1)?.evidence[0]).toMatchObject({ stream: 'stderr', line: 0 });
  });

  test('reads gzip, UTF-16 and folders, and gives each log a run and a name of its own', async () => {
    const doomed = [claude.init(), claude.fails('OAuth token has expired', 401)].map((line) => `${line}\n`).join('');
    const inside = join(folder, 'inside');
    await mkdir(join(inside, 'a'), { recursive: true });
    await writeFile(join(inside, 'a', 'agent.log'), gzipSync(doomed));
    await writeFile(join(inside, 'agent.log'), Buffer.from(`\ufeff${doomed}`, 'utf16le'));
    const said = await scan('--json', inside);
    const rows = said.out
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    const commands = rows.filter(({ schema }) => schema === 'knell.abort/v1');
    expect(said.code).toBe(1);
    expect(
      commands.map(({ execution, file, read_as, lines, not_understood }) => ({
        execution,
        file,
        format: read_as.format,
        encoding: read_as.encoding,
        lines,
        not_understood,
      })),
    ).toEqual([
      {
        execution: 'agent_log',
        file: join(inside, 'a', 'agent.log'),
        format: 'structured',
        encoding: 'utf-8',
        lines: 2,
        not_understood: 0,
      },
      {
        execution: 'agent_log-2',
        file: join(inside, 'agent.log'),
        format: 'structured',
        encoding: 'utf-16le',
        lines: 2,
        not_understood: 0,
      },
    ]);
    expect(new Set(commands.map(({ command_id }) => command_id)).size).toBe(2);
  });

  test('joins events that were pretty-printed when they were pasted', async () => {
    const lines = [claude.init(), claude.fails('OAuth token has expired', 401)];
    const pretty = lines.flatMap((line) => JSON.stringify(JSON.parse(line), null, 2).split('\n'));
    const rows = (await scan('--json', await log('pretty.log', pretty))).out
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    const firstOfSecond = pretty.indexOf('{', 1);
    expect(rows[0]).toMatchObject({ category: 'auth.token_expired', evidence: [{ line: firstOfSecond }] });
  });

  test('reads the other logs where one can not be read, and exits 2', async () => {
    const doomed = await log('good.log', [claude.init(), claude.fails('OAuth token has expired', 401)]);
    const noise = join(folder, 'noise.bin');
    await writeFile(noise, Buffer.from(Array.from({ length: 4_096 }, (_, at) => (at * 7_919) % 251)));
    const damaged = join(folder, 'damaged.gz');
    await writeFile(damaged, gzipSync('x'.repeat(10_000)).subarray(0, 30));
    const packed = join(folder, 'packed.zst');
    await writeFile(packed, Buffer.from('28b52ffd24004100', 'hex'));
    const empty = join(folder, 'empty');
    await mkdir(empty);
    const said = await scan(join(folder, 'none.log'), doomed, noise, damaged, packed, empty);
    expect(said.code).toBe(2);
    expect(said.out).toContain('auth.token_expired');
    for (const complaint of [
      'none.log: there is no such file',
      'noise.bin: it is no text',
      'damaged.gz: its gzip data',
      `packed.zst: it is packed with zstd; open it first: zstd -dc ${packed} | knell scan -`,
      'no files in the folder',
    ]) {
      expect(said.err).toContain(complaint);
    }
  });

  test('refuses a runtime that is not known, and says which one was most likely meant', async () => {
    const said = await scan('--runtime', 'cluade-code', await log('any.log', ['text']));
    expect(said).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean claude-code?') });
  });

  test('says which log it could not read', async () => {
    const said = await scan(join(folder, 'nothing.log'));
    expect(said.code).toBe(2);
    expect(said.err).toContain('nothing.log');
  });
});
