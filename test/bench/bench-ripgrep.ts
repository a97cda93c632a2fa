import { spawnSync } from 'node:child_process';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchOptions } from './bench-engine.ts';
import { makeChunks } from './chunks.ts';
import { compilePack, engine } from './contestants.ts';
import { type Figure, measure } from './measure.ts';
import { compare, type Row } from './row.ts';
import { syntheticRules } from './synthetic-rules.ts';

const RULES = 100;
const FILE_BYTES = 512e6;

/** Against `rg -c -f` on a file of half a gigabyte that is in the page cache: its whole process, which is multi-threaded for none of this. */
export async function benchRipgrep({ root, scratch, bytes, say }: BenchOptions): Promise<Row[]> {
  if (spawnSync('rg', ['--version']).status !== 0) {
    say('no ripgrep here: left out');
    return [];
  }
  const rules = syntheticRules(RULES);
  const chunks = makeChunks({ root, bytes, chunkBytes: 65_536, hitsPerThousand: 1, rules });
  const [patterns, file] = [join(scratch, 'rg-patterns'), join(scratch, 'rg-data')];
  writeFileSync(patterns, rules.map(({ pattern }) => `${pattern}\n`).join(''));
  writeFileSync(file, '');
  let fileBytes = 0;
  for (; fileBytes < FILE_BYTES; fileBytes += chunks.data.length) appendFileSync(file, chunks.data);
  say(`ripgrep on ${Math.round(fileBytes / 1e6)} MB`);
  const contestant = engine(compilePack(rules));
  const [knell, theirs] = await measure([
    { name: 'knell', bytes: chunks.data.length, run: () => void contestant(chunks) },
    {
      name: 'rg -c -f',
      bytes: fileBytes,
      run: () => {
        const { status } = spawnSync('rg', ['-c', '-f', patterns, file], { stdio: ['ignore', 'ignore', 'inherit'] });
        if (status !== 0) throw new Error(`rg ended with ${status}`);
        return undefined;
      },
    },
  ]);
  rmSync(file);
  return [compare(`${RULES} rules, 64 KiB, 0.1 %`, knell as Figure, theirs as Figure, 2)];
}
