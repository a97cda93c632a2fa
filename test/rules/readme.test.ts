import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkFolder } from '../../src/authoring/check-folder.ts';
import { RulePack } from '../../src/contracts/rule-pack.ts';
import { checkPacks } from '../../src/ruleset/check/check-pack.ts';
import { unwritten } from '../../src/ruleset/findings/rule-source.ts';
import { RUNTIME_FACTS } from '../../src/ruleset/load/runtime-facts.ts';

const readme = await readFile('rules/README.md', 'utf8');
const blocks = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block]) => block as string);
const isFile = (block: string) => block.startsWith('schema:');

describe('the examples of rules/README.md', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'knell-readme-'));
    for (const block of blocks.filter(isFile)) {
      const { pack = 'overrides' } = parse(block) as { pack?: string };
      await writeFile(join(folder, `${pack}.yaml`), block);
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('that are whole files check without a finding, their examples included', async () => {
    expect(await readdir(folder)).toEqual(['acme-agent.yaml', 'acme-causes.yaml', 'acme.yaml', 'overrides.yaml']);
    const { findings, authored } = await checkFolder(folder);
    expect(findings).toEqual([]);
    expect(authored?.cases).toHaveLength(4);
  });

  test.each(blocks.filter((block) => !isFile(block)))(
    'that are parts of a rule check in a rule that aborts: %s',
    (block) => {
      const pack = RulePack.parse({
        schema: 'knell.rules/v1',
        pack: 'part',
        version: '1.0.0',
        runtime: 'claude-code',
        rules: [
          {
            id: 'part',
            title: 'A part',
            category: 'quota.usage_limit',
            action: 'abort',
            origin: { seen: '2026-11-22', source: 'a test' },
            examples: { match: ['a'], ignore: ['b'] },
            ...(parse(block) as object),
          },
        ],
      });
      expect(checkPacks([{ pack, source: unwritten('part.yaml') }], undefined, RUNTIME_FACTS)).toEqual([]);
    },
  );

  test('are all found', () => {
    expect(blocks.filter((block) => !isFile(block))).toHaveLength(6);
  });
});

test('rules/README.md explains every finding there is', async () => {
  const files = ['src/ruleset', 'src/authoring'];
  const sources = await Promise.all(
    files.map(async (one) => {
      const names = (await readdir(one, { recursive: true })).filter((name) => name.endsWith('.ts'));
      return (await Promise.all(names.map((name) => readFile(join(one, name), 'utf8')))).join('\n');
    }),
  );
  const codes = new Set(
    [
      ...sources.join('\n').matchAll(/(?:code: |say\(|refuse\(\[?|report\([\w.]+, |\? |: )'([a-z]+(?:-[a-z0-9]+)+)'/g),
    ].map(([, code]) => code as string),
  );
  const explained = (code: string) => readme.includes(`\`${code}\``) || readme.includes(`\`${code.split('-')[0]}-…\``);
  const families =
    /^(?:example|abort|pattern|pack|where|clause|condition|capture|within|path|category|notice|rule|signal|replaced|runtime|override|stall|key|value|type|yaml|file|folder|too|continues)-/;
  const findings = [...codes].filter((code) => families.test(code) && !code.startsWith('rule-id-x'));
  expect(findings.length).toBeGreaterThan(50);
  expect(findings.filter((code) => !explained(code))).toEqual([]);
});
