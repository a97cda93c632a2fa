import { spawn, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Chunks } from './chunks.ts';
import type { SyntheticRule } from './synthetic-rules.ts';

export interface Hyperscan {
  readonly compileSeconds: number;
  /** Scans all chunks once; seconds as the program itself measured them. */
  scan(): Promise<number>;
  stop(): void;
}

/**
 * Builds the C program where there is a compiler and the library (`apt-get install libhyperscan-dev`).
 * @returns the program's path, or `undefined`
 */
export function buildHyperscan(source: string, folder: string): string | undefined {
  const program = join(folder, 'hyperscan');
  if (!existsSync('/usr/include/hs/hs.h')) return undefined;
  const built = spawnSync('cc', ['-O3', '-march=native', source, '-o', program, '-lhs'], { stdio: ['ignore', 2, 2] });
  return built.status === 0 ? program : undefined;
}

/** Starts it and waits until it has compiled the patterns. */
export async function startHyperscan(
  program: string,
  folder: string,
  rules: readonly SyntheticRule[],
  chunks: Chunks,
): Promise<Hyperscan> {
  const [patterns, data, offsets] = ['patterns', 'data', 'offsets'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(patterns, rules.map(({ pattern }) => `${pattern}\n`).join(''));
  writeFileSync(data, chunks.data);
  writeFileSync(offsets, chunks.offsets);
  const child = spawn(program, [patterns, data, offsets], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (word: string): Promise<number> => {
    const { value } = await lines.next();
    const [said, seconds] = String(value).split(' ');
    if (said !== word) throw new Error(`Hyperscan said ${value}`);
    return Number(seconds);
  };
  return {
    compileSeconds: await answer('compiled'),
    scan() {
      child.stdin.write('go\n');
      return answer('scanned');
    },
    stop() {
      child.stdin.end();
    },
  };
}
