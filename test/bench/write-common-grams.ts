import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAgentOutput } from './agent-output.ts';
import { healthyChunks } from './service/healthy-chunks.ts';

/*
 * Writes src/ruleset/needles/common-grams.ts: what agents print all the time, counted in made-up output and in the captured
 * transcripts of the corpus. Run it when the corpus has changed much: npm run bench -- --grams
 */

const MADE_UP_LINES = 20_000;
const MADE_UP_CHUNKS = 200;
const KEPT = 4_000;

/** @param root the project's folder */
export function writeCommonGrams(root: string): void {
  const counts = new Map<string, number>();
  const tokens = new Map<string, number>();
  let places = 0;
  for (const line of [...madeUp(root), ...captured(join(root, 'test', 'corpus', 'captured'))]) {
    const text = `\n${Buffer.from(line).toString('latin1').toLowerCase()}\n`;
    for (let at = 0; at + 4 <= text.length; at++) {
      const gram = text.slice(at, at + 4);
      counts.set(gram, (counts.get(gram) ?? 0) + 1);
    }
    places += text.length;
    // What JSON is made of: keys and short values.
    for (const [token] of text.matchAll(/"[a-z0-9_. -]{1,30}"/g)) tokens.set(token, (tokens.get(token) ?? 0) + 1);
  }
  const common = [...counts]
    .filter(([gram]) => /^[\n\x20-\x7e]{4}$/.test(gram))
    .sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))
    .slice(0, KEPT);
  const perMillion = (count: number) => 2 ** Math.round(Math.log2((count / places) * 1_000_000));
  const grams = [...common].map(([gram, count]) => [perMillion(count), gram] as const);
  const words = [...tokens]
    .map(([token, count]) => [perMillion(count), token] as const)
    .filter(([frequency]) => frequency >= TOKEN_MIN)
    .sort(([a, one], [b, other]) => b - a || (one < other ? -1 : 1));
  writeFileSync(
    join(root, 'src', 'ruleset', 'needles', 'common-grams.ts'),
    `${HEADER}${table(grams)}${TOKENS_HEADER}${table(words)}`,
  );
}

function table(entries: readonly (readonly [frequency: number, text: string])[]): string {
  const rows = new Map<number, string>();
  for (const [frequency, text] of entries) rows.set(frequency, (rows.get(frequency) ?? '') + text);
  return `{\n${[...rows].map(([frequency, texts]) => `  ${frequency}: ${quote(texts)},\n`).join('')}};\n`;
}

const HEADER = `// Written by test/bench/write-common-grams.ts.

/** The four characters, in lower case, that agents print most often; by how often in a million places. */
export const COMMON_GRAMS: Readonly<Record<string, string>> = `;
const TOKENS_HEADER = `
/** The strings, in lower case, that are in agents' JSON most often; by how often in a million places. */
export const COMMON_TOKENS: Readonly<Record<string, string>> = `;
/** Less frequent strings count as rare. */
const TOKEN_MIN = 16;

function madeUp(root: string): string[] {
  const output = createAgentOutput(root);
  const chunks = (['structured', 'text'] as const).flatMap((kind) => healthyChunks(MADE_UP_CHUNKS, kind));
  return [
    ...Array.from({ length: MADE_UP_LINES }, () => output.next()),
    ...chunks.flatMap(({ data }) => data.toString('utf8').split('\n')),
  ];
}

interface CapturedRun {
  readonly exit_code: number | null;
  readonly stdout: readonly { readonly line: string }[];
  readonly stderr: readonly { readonly line: string }[];
}

/** What runs printed that ended well: the others say again and again what rules look for. */
function captured(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean))
    .map((row) => JSON.parse(row) as CapturedRun)
    .filter(({ exit_code: code }) => code === 0)
    .flatMap(({ stdout, stderr }) => [...stdout, ...stderr].map(({ line }) => line));
}

/** As Biome writes it. */
function quote(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return escaped.includes("'") && !escaped.includes('"') ? `"${escaped}"` : `'${escaped.replaceAll("'", "\\'")}'`;
}
