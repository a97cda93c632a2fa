import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';

let folder: string;
const home = process.cwd();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'knell-copy-'));
  process.chdir(folder);
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});

const knell = async (...words: string[]) =>
  (await createProgram(words)).parseAsync(['node', 'knell', ...words]).then(
    () => '',
    (error: Error) => error.message,
  );

test('a copy of the packs checks, and its packs name a schema that is there', async () => {
  expect(await knell('rules', 'copy')).toBe('');
  expect(await knell('rules', 'check', 'rules')).toBe('');
  expect(process.exitCode ?? 0).toBe(0);
  for (const pack of ['rules/roo.yaml', 'rules/causes/auth.yaml']) {
    const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)$/m.exec(readFileSync(pack, 'utf8')) ?? [];
    expect(schema).toMatch(/\/rules\.json$/);
    expect(existsSync(join(dirname(pack), schema))).toBe(true);
  }
  expect(await knell('rules', 'copy')).toBe('rules is there already: name another folder');
});

test('a pack is never made among those that come with knell', async () => {
  expect(await knell('rules', 'new', 'acme-agent')).toMatch(
    /^there is no folder rules here: "knell rules copy" makes one /,
  );
  writeFileSync('file', '');
  expect(await knell('rules', 'new', 'acme-agent', '--rules', 'file')).toBe(
    "file/acme-agent.yaml can't be written: a part of its path is a file, no folder",
  );
});
