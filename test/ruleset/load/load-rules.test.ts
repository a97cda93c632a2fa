import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadRules } from '../../../src/ruleset/load/load-rules.ts';
import { aRule, rawPack, someOverrides, typed } from '../build.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'knell-rules-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (name: string, content: unknown) =>
  writeFile(join(folder, name), typeof content === 'string' || Buffer.isBuffer(content) ? content : stringify(content));
const codes = async () => (await loadRules(folder)).findings.map(({ code }) => code);

describe('a link in a rules folder', () => {
  test('that leads out of it is refused, and nothing of what it leads to is repeated', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'knell-outside-'));
    await writeFile(join(outside, 'secret'), 'root:s3cr3t: [');
    await symlink(join(outside, 'secret'), join(folder, 'a.yaml'));
    await symlink(outside, join(folder, 'causes'));
    await writeFile(join(outside, 'c.yaml'), 'root:s3cr3t: [');
    const { findings, ruleSet } = await loadRules(folder);
    expect(ruleSet).toBeUndefined();
    expect(findings.map(({ code }) => code)).toEqual(['file-unreadable', 'file-unreadable']);
    expect(JSON.stringify(findings)).toContain('a link out of the folder');
    expect(JSON.stringify(findings)).not.toContain('s3cr3t');
    await rm(outside, { recursive: true });
  });

  test('that stays inside is followed, as Kubernetes makes them', async () => {
    await mkdir(join(folder, '..data'));
    await write('..data/a.yaml', rawPack([aRule()], { pack: 'a' }));
    await symlink('..data/a.yaml', join(folder, 'a.yaml'));
    expect((await loadRules(folder)).ruleSet?.packs).toHaveLength(1);
  });
});

describe('a rules folder', () => {
  test('becomes a rule set, its packs in order of their names', async () => {
    await write('b.yaml', rawPack([aRule()], { pack: 'b' }));
    await write('a.yaml', rawPack([aRule()], { pack: 'a' }));
    await write('README.md', 'not a pack');
    const { ruleSet, findings } = await loadRules(folder);
    expect(findings).toEqual([]);
    expect(ruleSet?.packs.map(({ pack }) => pack)).toEqual(['a', 'b']);
    expect(ruleSet?.match(typed('result', { is_error: true }), 'stdout', 'claude-code').hits).toHaveLength(2);
  });

  test('may hold overrides, which are no pack', async () => {
    await write('a.yaml', rawPack([aRule()], { pack: 'a' }));
    await write('overrides.yaml', someOverrides({ 'a/a-rule': { action: 'warn' } }));
    const { ruleSet } = await loadRules(folder);
    expect(ruleSet?.packs).toHaveLength(1);
    expect(ruleSet?.rules[0]?.rule.action).toBe('warn');
  });

  test('has the same digest however its files are laid out', async () => {
    await write('a.yaml', rawPack([aRule()], { pack: 'a' }));
    const before = (await loadRules(folder)).ruleSet?.digest;
    await write('a.yaml', `# a comment\n${JSON.stringify(rawPack([aRule()], { pack: 'a' }))}\n`);
    expect((await loadRules(folder)).ruleSet?.digest).toBe(before);
    await write('a.yaml', rawPack([aRule({ title: 'Another title' })], { pack: 'a' }));
    expect((await loadRules(folder)).ruleSet?.digest).not.toBe(before);
  });

  test('with one bad file gives no rule set, and the findings of all files', async () => {
    await write('a.yaml', rawPack([aRule()], { pack: 'a' }));
    await write('b.yaml', 'schema: [');
    await write('c.yaml', rawPack([aRule({ action: 'explode' })], { pack: 'c' }));
    const { ruleSet, findings } = await loadRules(folder);
    expect(ruleSet).toBeUndefined();
    expect(findings.map(({ file, code }) => [file, code])).toEqual([
      [join(folder, 'b.yaml'), 'yaml-syntax'],
      [join(folder, 'c.yaml'), 'value-unknown'],
    ]);
  });

  test('with a bad pack is not told off for overrides of that pack as well', async () => {
    await write('a.yaml', 'schema: [');
    await write('overrides.yaml', someOverrides({ 'a/a-rule': { action: 'warn' } }));
    expect(await codes()).toEqual(['yaml-syntax']);
  });

  test('with a pattern that RE2 refuses gives a finding', async () => {
    await write('a.yaml', rawPack([aRule({ match: [{ event: 'x', text: '(?=a)' }] })], { pack: 'a' }));
    expect(await codes()).toEqual(['pattern-invalid']);
  });

  test('that is missing or empty is a finding', async () => {
    expect(await codes()).toEqual(['folder-empty']);
    await rm(folder, { recursive: true });
    expect(await codes()).toEqual(['folder-unreadable']);
  });

  test('may hold things that only look like packs', async () => {
    await write('a.yaml', Buffer.alloc(10 * 1024 * 1024, 'x'));
    await mkdir(join(folder, 'b.yaml'));
    execFileSync('mkfifo', [join(folder, 'c.yaml')]);
    expect(await codes()).toEqual(['file-too-large', 'file-unreadable', 'file-unreadable']);
  });
});
