import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type CheckedPacks, checkAhead } from '../../../src/ruleset/load/checked-packs.ts';
import { loadRules } from '../../../src/ruleset/load/load-rules.ts';
import { RUNTIME_FACTS } from '../../../src/ruleset/load/runtime-facts.ts';
import { aRule, rawPack } from '../build.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'knell-rules-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** As they come out of the file that the build writes. */
const stored = (files: readonly { file: string; content: Buffer }[]): CheckedPacks =>
  JSON.parse(JSON.stringify(checkAhead(files, RUNTIME_FACTS)));
const pack = (...rules: ReturnType<typeof aRule>[]) => Buffer.from(stringify(rawPack(rules, { pack: 'a' })));
const codes = async (checked: CheckedPacks) =>
  (await loadRules(folder, { ...RUNTIME_FACTS, checked })).findings.map(({ code, line }) => [code, line]);

test('the shipped packs are all checked ahead, and are the same rules then', async () => {
  const all = await readdir('rules', { recursive: true });
  const names = all.filter((name) => name.endsWith('.yaml'));
  const files = await Promise.all(names.map(async (file) => ({ file, content: await readFile(join('rules', file)) })));
  const checked = stored(files);
  expect(Object.keys(checked)).toHaveLength(names.length);
  const [read, known] = [
    await loadRules('rules', RUNTIME_FACTS),
    await loadRules('rules', { ...RUNTIME_FACTS, checked }),
  ];
  expect(known.findings).toEqual([]);
  expect(known.packs.every(({ isChecked }) => isChecked)).toBe(true);
  expect(known.ruleSet?.digest).toBe(read.ruleSet?.digest);
  // Not only equal: in the same order, in which conditions are tested and captures tried.
  expect(JSON.stringify(known.packs.map((one) => one.pack))).toBe(JSON.stringify(read.packs.map((one) => one.pack)));
});

test('a pack of which one byte has changed is read and checked like any other', async () => {
  const content = pack(aRule());
  const checked = stored([{ file: 'a.yaml', content }]);
  await writeFile(join(folder, 'a.yaml'), content);
  expect(await codes(checked)).toEqual([]);
  await writeFile(join(folder, 'a.yaml'), content.toString().replace('action: abort', 'action: abord'));
  expect((await codes(checked)).map(([code]) => code)).toEqual(['value-unknown']);
});

test('a copy whose schema lies elsewhere is the same pack, and one with another comment is read', async () => {
  const schema = (path: string) => Buffer.from(`# yaml-language-server: $schema=${path}\n${pack(aRule())}`);
  const checked = stored([{ file: 'a.yaml', content: schema('../dist/schemas/rules.json') }]);
  const isKnown = async (content: Buffer) => {
    await writeFile(join(folder, 'a.yaml'), content);
    return (await loadRules(folder, { ...RUNTIME_FACTS, checked })).packs.map(({ isChecked }) => isChecked === true);
  };
  expect(await isKnown(schema('../../home/me/node_modules/knell/dist/schemas/rules.json'))).toEqual([true]);
  expect(await isKnown(schema('rules.json extends: other'))).toEqual([false]);
  expect(await isKnown(schema('\u00e4.json'))).toEqual([false]);
  expect(await isKnown(Buffer.from(`# ${schema('rules.json')}`))).toEqual([false]);
});

test('a pack with anything wrong, be it a warning, is not taken for checked', () => {
  const faults = [
    pack(aRule({ status: 'experimental' })),
    pack(aRule({ match: [{ event: 'x', text: '(?=a)' }] })),
    Buffer.from('schema: ['),
  ];
  for (const content of faults) expect(checkAhead([{ file: 'a.yaml', content }], RUNTIME_FACTS)).toEqual({});
});

test('what is wrong between packs is found, and placed, in checked ones too', async () => {
  const content = Buffer.from(`# a comment\n${pack(aRule())}`);
  const checked = stored([{ file: 'a.yaml', content }]);
  await writeFile(join(folder, 'a.yaml'), content);
  await copyFile(join(folder, 'a.yaml'), join(folder, 'b.yaml'));
  const line =
    content
      .toString()
      .split('\n')
      .findIndex((one) => one.startsWith('pack:')) + 1;
  expect(line).toBeGreaterThan(1);
  expect(await codes(checked)).toEqual([
    ['pack-name', line],
    ['pack-duplicate', line],
  ]);
});
