import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Finding } from '../../../src/ruleset/findings/finding.ts';
import { type LiveRules, watchRules } from '../../../src/ruleset/load/live-rules.ts';
import { loadRules } from '../../../src/ruleset/load/load-rules.ts';
import type { RuleSet } from '../../../src/ruleset/rule-set.ts';

const pack = (version: string): string => `
schema: knell.rules/v1
pack: p
version: ${version}
runtime: codex
rules: []
`;
let folder: string;
let live: LiveRules;
interface Heard {
  readonly changed?: [string, string];
  readonly refused?: readonly Finding[];
  readonly missing?: readonly string[];
}
let heard: ((what: Heard) => void) | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'knell-rules-'));
  await writeFile(join(folder, 'p.yaml'), pack('1.0.0'));
  const { ruleSet } = await loadRules(folder);
  live = watchRules({
    folder,
    initial: ruleSet as RuleSet,
    load: {},
    settleMs: 20,
    onChanged: (before, after) => heard?.({ changed: [before.digest, after.digest] }),
    onShrunk: (missing) => heard?.({ missing }),
    onRefused: (findings) => heard?.({ refused: findings }),
  });
});
afterEach(async () => {
  live.stop();
  await rm(folder, { recursive: true });
});
/** The next outcome of that kind: a file that is being written may be read half, and is read again. */
const next = (kind: keyof Heard) =>
  new Promise<Heard>((resolve) => {
    heard = (what) => what[kind] && resolve(what);
  });

test('a changed folder that checks goes live, and both digests are told', async () => {
  const before = live.current();
  const told = next('changed');
  await writeFile(join(folder, 'p.yaml'), pack('1.1.0'));
  expect((await told).changed).toEqual([before.digest, live.current().digest]);
  expect(live.current().packs).toEqual([{ pack: 'p', version: '1.1.0' }]);
});

test('a changed folder that does not check is refused with its findings, and the old set stays', async () => {
  const before = live.current();
  const told = next('refused');
  await writeFile(join(folder, 'p.yaml'), 'schema: knell.rules/v1\npack: p\nversion: new\n');
  expect((await told).refused?.some(({ level }) => level === 'error')).toBe(true);
  expect(live.current()).toBe(before);
});

test('a pack that is added goes live with the others', async () => {
  const told = next('changed');
  await writeFile(join(folder, 'q.yaml'), pack('2.0.0').replace('pack: p', 'pack: q'));
  await told;
  expect(live.current().packs.map(({ pack: name }) => name)).toEqual(['p', 'q']);
});

test('a rewrite that changes nothing is no change', async () => {
  const before = live.current();
  await writeFile(join(folder, 'p.yaml'), pack('1.0.0'));
  await live.reload();
  expect(live.current()).toBe(before);
});

test('a folder that has lost a pack is refused with its name, and the old set stays', async () => {
  await writeFile(join(folder, 'q.yaml'), pack('2.0.0').replace('pack: p', 'pack: q'));
  await live.reload();
  const before = live.current();
  const told = next('missing');
  await rm(join(folder, 'q.yaml'));
  expect((await told).missing).toEqual(['q']);
  expect(live.current()).toBe(before);
});
