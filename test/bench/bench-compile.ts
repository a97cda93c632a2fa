import { join } from 'node:path';
import type { BenchOptions } from './bench-engine.ts';
import { makeChunks } from './chunks.ts';
import { compilePack } from './contestants.ts';
import { buildHyperscan, startHyperscan } from './hyperscan.ts';
import { type Figure, figure, measure } from './measure.ts';
import { compare, type Row } from './row.ts';
import { syntheticRules } from './synthetic-rules.ts';

const RULES = 10_000;

/** How long ten thousand rules take to compile: shown as rules a second, so that more is better as everywhere. */
export async function benchCompile({ root, scratch, say }: BenchOptions): Promise<Row[]> {
  const program = buildHyperscan(join(root, 'test', 'bench', 'hyperscan.c'), scratch);
  if (!program) return [];
  const rules = syntheticRules(RULES);
  const some = makeChunks({ root, bytes: 100_000, chunkBytes: 65_536, hitsPerThousand: 1, rules });
  say(`knell compiles ${RULES} rules`);
  const [knell] = await measure([
    { name: 'knell', bytes: RULES * 1e6, run: () => void compilePack(rules).candidates(some.data) },
  ]);
  say(`Hyperscan compiles ${RULES} rules: once, this takes a while`);
  const hyperscan = await startHyperscan(program, scratch, rules, some);
  hyperscan.stop();
  const speed = RULES / hyperscan.compileSeconds;
  const mine: Figure = { ...(knell as Figure), unit: 'rules/s' };
  const theirs = figure('Hyperscan, once', 'rules/s', [speed]);
  return [compare(`compiling ${RULES} rules`, mine, theirs, 100)];
}
