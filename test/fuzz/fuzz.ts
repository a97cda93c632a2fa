import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '../chaos/random.ts';
import { startCoverage } from './coverage.ts';
import { mutate } from './mutate.ts';
import { mutateJson } from './mutate-json.ts';
import { seedsOf } from './seeds.ts';

/*
 * `npm run fuzz -- TARGET [--minutes 5] [--seed 1]`: tries inputs and keeps those that reach new code, until one breaks a
 * promise or takes too long. That one is written to .knell/fuzz; exits 1. What was kept is gone on with the next time.
 */

const MAX_BYTES = 4_096;
/** Asking what was reached takes longer than most inputs: it is asked for so many together. */
const TOGETHER = 16;
/** Processor time that one input may take, in milliseconds. */
const MOST_MS = 1_000;
const SAY_EVERY_MS = 60_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string', default: '1' } },
});
const bundle = join(process.cwd(), '.knell', 'fuzz', 'targets.cjs');
const coverage = startCoverage((url) => url.endsWith('targets.cjs'));
const targets = createRequire(import.meta.url)(bundle) as Record<string, (bytes: Buffer) => void | Promise<void>>;
const name = positionals[0] ?? '';
const target = targets[name];
if (!target) {
  process.stderr.write(`npm run fuzz -- ${Object.keys(targets).join('|')} [--minutes 5] [--seed 1]\n`);
  process.exit(2);
}
const kept = join('.knell', 'fuzz', name);
mkdirSync(kept, { recursive: true });
const random = createRandom(Number(values.seed));
const corpus: Buffer[] = [];
const reached = new Set<string>();
let tried = 0;
let slowestMs = 0;

const save = (folder: string, bytes: Buffer): string => {
  const file = join(folder, createHash('sha256').update(bytes).digest('hex').slice(0, 16));
  writeFileSync(file, bytes);
  return file;
};

async function attempt(bytes: Buffer): Promise<void> {
  const before = process.cpuUsage();
  try {
    await target?.(bytes);
  } catch (error) {
    process.stdout.write(`${name}: ${save(join('.knell', 'fuzz'), bytes)} fails:\n${(error as Error).stack}\n`);
    process.exit(1);
  }
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1_000;
  tried += 1;
  if (ms > slowestMs && tried > 1_000) slowestMs = ms;
  if (ms <= MOST_MS || tried <= 1_000) return;
  process.stdout.write(`${name}: ${save(join('.knell', 'fuzz'), bytes)} takes ${ms.toFixed(0)} ms\n`);
  process.exit(1);
}

function isNew(found: ReadonlySet<string>): boolean {
  const size = reached.size;
  for (const one of found) reached.add(one);
  return reached.size > size;
}

async function tryTogether(inputs: readonly Buffer[]): Promise<void> {
  for (const bytes of inputs) await attempt(bytes);
  if ([...coverage.take()].every((one) => reached.has(one))) return;
  // One of them reached something: which ones is asked one by one.
  for (const bytes of inputs) {
    await attempt(bytes);
    if (!isNew(coverage.take())) continue;
    corpus.push(bytes);
    save(kept, bytes);
  }
}

coverage.take();
const stored = readdirSync(kept).map((file) => readFileSync(join(kept, file)));
const first = [...seedsOf(name, 'rules'), ...stored];
for (const bytes of first) await tryTogether([bytes]);
if (corpus.length === 0) corpus.push(Buffer.from(' '));
const startedMs = performance.now();
let saidMs = startedMs;
const say = () =>
  process.stdout.write(
    `${name}: ${tried} inputs in ${((performance.now() - startedMs) / 1_000).toFixed(0)} s, ${reached.size} reached, ${corpus.length} kept, slowest ${slowestMs.toFixed(0)} ms\n`,
  );
say();
const other = (): Buffer => {
  const [bytes, donor] = [pick(), pick()];
  return (random() < 0.7 ? mutateJson(bytes, donor, random) : undefined) ?? mutate(bytes, donor, random, MAX_BYTES);
};
const pick = () => corpus[Math.floor(random() ** 0.5 * corpus.length)] as Buffer;
while (performance.now() - startedMs < Number(values.minutes) * 60_000) {
  await tryTogether(Array.from({ length: TOGETHER }, other));
  if (performance.now() - saidMs < SAY_EVERY_MS) continue;
  saidMs = performance.now();
  say();
}
say();
process.exit(0);
