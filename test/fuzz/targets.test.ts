import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';
import fc from '../support/fast-check.ts';
import { mutate } from './mutate.ts';
import { seedsOf } from './seeds.ts';
import * as targets from './targets.ts';

/** What the fuzzer has found, by target; each was mended. */
const FOUND = join(dirname(fileURLToPath(import.meta.url)), 'found');

describe.each(Object.entries(targets))('%s', (name, target) => {
  const seeds = seedsOf(name, 'rules');

  test('holds for what was found', async () => {
    const folder = join(FOUND, name);
    for (const file of existsSync(folder) ? readdirSync(folder) : []) await target(readFileSync(join(folder, file)));
  });

  test('holds for any bytes, and for inputs that were changed by chance', async () => {
    const bytes = fc.uint8Array({ maxLength: 120 }).map((some) => Buffer.from(some));
    const numbers = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));
    const changed = fc
      .tuple(fc.constantFrom(...seeds), fc.constantFrom(...seeds), numbers)
      .map(([one, other, stream]) => mutate(one, other, () => stream.next().value as number, 2_048));
    await fc.assert(fc.asyncProperty(fc.oneof(bytes, changed), async (some) => target(some)));
  });
});
