import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { createProgram } from '../../../src/cli/program.ts';
import { claude } from '../../support/claude-lines.ts';

let folder: string;
let out = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'knell-draft-'));
  for (const name of ['claude-code.yaml', 'generic.yaml', 'causes']) {
    await cp(join('rules', name), join(folder, 'rules', name), { recursive: true });
  }
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  out = '';
  process.exitCode = undefined;
  vi.stubEnv('NO_COLOR', '1');
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

/** Runs a command as `main.ts` does, on the rules of the test; says what it prints and how it exits. */
async function knell(...args: string[]): Promise<{ out: string; code: unknown }> {
  out = '';
  const all = [...args, '--rules', join(folder, 'rules')];
  await (await createProgram(all)).parseAsync(['node', 'knell', ...all]);
  return { out, code: process.exitCode ?? 0 };
}

async function logOf(...lines: string[]): Promise<string> {
  const file = join(folder, 'agent.log');
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}

interface Draft {
  readonly pack: string;
  readonly statements?: readonly { text: string }[];
  readonly causes: readonly { status?: string; action: string; any: readonly { message: string }[] }[];
}

const SECRET = `sk-ant-api03-${'AbCdEfGh12'.repeat(9)}AA`;

describe('a draft of a cause from a log', () => {
  test.each([
    [
      'a typed event',
      [claude.init(), claude.fails('I am a teapot (req_011AbcDef234567) of size 12', 418)],
      { message: String.raw`I am a teapot \(\S+\) of size \d+`, statements: 0, status: undefined },
    ],
    [
      'a line with a label and a body',
      ['Working', 'Error: 418 {"error":{"message":"The flux capacitor is empty for org-17","code":"flux_empty"}}'],
      { message: String.raw`The flux capacitor is empty for org-\d+`, statements: 0, status: 'experimental' },
    ],
    [
      'a line without any form, with a secret in it',
      ['Working', `The seat of ${SECRET} was moved to deck 12`],
      { message: String.raw`The seat of \S+ was moved to deck \d+`, statements: 1, status: 'experimental' },
    ],
  ])(
    'from %s checks, fires on the log, and is known by its words',
    { timeout: 120_000 },
    async (_what, lines, wanted) => {
      const log = await logOf(...lines);
      const drafted = (await knell('rules', 'draft', '--log', log)).out;
      expect(drafted).not.toContain(SECRET);
      const { pack, statements = [], causes } = parse(drafted) as Draft;
      expect([statements.length, causes[0]?.status, causes[0]?.action]).toEqual([
        wanted.statements,
        wanted.status,
        'record',
      ]);
      expect(causes[0]?.any).toEqual([{ message: wanted.message }]);

      const file = join(folder, 'rules', `${pack}.yaml`);
      await writeFile(file, drafted);
      try {
        const checked = await knell('rules', 'check', file);
        expect(checked.out).toMatch(/1 cause, 2 examples, nothing wrong/);
        expect(checked.code).toBe(0);
        expect((await knell('rules', 'explain', log)).out).toContain(`unknown.unmatched by ${pack}/${pack}`);
        const tried = await knell('rules', 'try', wanted.message, log);
        expect(tried.out).toMatch(/1 of 1 failure;/);
        expect(tried.code).toBe(1);
      } finally {
        await rm(file);
      }
    },
  );

  test('is of the line that is named, and as a rule where that is asked for', { timeout: 120_000 }, async () => {
    const log = await logOf('The first thing went wrong', 'The second thing went wrong');
    const line = ['--log', log, '--line', '1'];
    expect((await knell('rules', 'draft', ...line)).out).toContain("- message: 'The first thing went wrong'");
    expect((await knell('rules', 'draft', ...line, '--rule')).out).toContain("- line: 'The first thing went wrong'");
  });

  test('is refused where there is nothing unknown to draft from', { timeout: 120_000 }, async () => {
    const log = await logOf('Working', 'Error: invalid x-api-key');
    await expect(knell('rules', 'draft', '--log', log)).rejects.toThrow(/no failure in .* is unknown/);
    const known = knell('rules', 'draft', '--log', log, '--line', '2');
    await expect(known).rejects.toThrow(/auth\/invalid-credentials knows this already/);
    await expect(knell('rules', 'draft', '--log', log, '--line', '9')).rejects.toThrow(/there is no line 9/);
    const empty = join(folder, 'empty.log');
    await writeFile(empty, '');
    for (const line of [[], ['--line', '1']]) {
      await expect(knell('rules', 'draft', '--log', empty, ...line)).rejects.toThrow(`there are no lines in ${empty}`);
    }
    await expect(knell('rules', 'draft', '--log', join(folder, 'none'))).rejects.toThrow(/there is no such file/);
    await expect(knell('rules', 'draft', '--log', log, '--from', log)).rejects.toThrow(/draft from what/);
  });
});

test('a draft of a failure record is the cause of its words', { timeout: 120_000 }, async () => {
  const log = await logOf(claude.init(), claude.fails('I am a teapot', 418));
  const rows = (await knell('scan', '--json', log)).out.trim().split('\n');
  const record = join(folder, 'record.json');
  await writeFile(record, rows.at(-1) as string);
  expect((await knell('rules', 'draft', '--from', record)).out).toContain("- message: 'I am a teapot'");
  expect(await readFile(record, 'utf8')).toContain('unknown.unmatched');
});
