import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allRight } from '../chaos/plays.ts';
import { useFaultyWorld } from './faulty-world.ts';

const ROOT = join(import.meta.dirname, '../..');
/** The older version, by its commit: the last one before bundles, outages and the text prefilter. */
const OLDER = process.env.KNELL_OLDER ?? '05c8172';
const folder = join(ROOT, '.knell', 'older');
const world = useFaultyWorld();

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files = execFileSync('git', ['archive', OLDER], { cwd: ROOT, maxBuffer: 1e9 });
  execFileSync('tar', ['-x', '-C', folder], { input: files });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const build = `import { buildInto } from './build/build.js'; await buildInto(process.cwd(), process.cwd() + '/dist')`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', build], { cwd: folder, stdio: 'ignore' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a worker of an older version and one of this one share the runs', { timeout: 400_000 }, async () => {
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { bin: { knell: string } };
  await world.startWorker({}, join(folder, bin.knell));
  await world.startWorker();
  const outcome = await world.play(`this version and ${OLDER}`, 60);
  expect(outcome).toEqual(allRight(outcome));
});
