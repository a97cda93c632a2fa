import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { KNELL } from '../support/tap-process.ts';

const work = mkdtempSync(join(tmpdir(), 'knell-compiled-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Has knell tell its version; with what is set, nothing may go wrong. */
function start(env: NodeJS.ProcessEnv): void {
  const options = { env: { ...process.env, ...env }, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [KNELL, '--version'], options);
  expect([status, stdout, stderr]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/), '']);
}
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((entry) => entry.isFile());

describe('the code that V8 has compiled', () => {
  test('is kept in the cache folder of the user, for that user alone', () => {
    const caches = join(work, 'caches');
    start({ XDG_CACHE_HOME: caches });
    const kept = filesIn(join(caches, 'knell', 'compiled'));
    expect(kept.length).toBeGreaterThan(1);
    if (!('enableCompileCache' in module)) {
      for (const { parentPath, name } of kept) expect(statSync(join(parentPath, name)).mode & 0o077).toBe(0);
    }
    start({ XDG_CACHE_HOME: caches });
    expect(filesIn(join(caches, 'knell', 'compiled')).length).toBe(kept.length);
  });

  test('of another copy of knell is not taken, since it tells the paths of that one', () => {
    const hook = join(work, 'stack.cjs');
    writeFileSync(
      hook,
      'const { stdout } = process; const write = stdout.write.bind(stdout); stdout.write = () => write(new Error().stack);',
    );
    const dist = dirname(KNELL);
    for (const copy of ['one', 'other'].map((name) => join(work, name))) {
      cpSync(dist, join(copy, 'dist'), { recursive: true });
      copyFileSync(join(dist, '../package.json'), join(copy, 'package.json'));
      const env = { ...process.env, XDG_CACHE_HOME: join(work, 'shared') };
      const stack = execFileSync(process.execPath, ['--require', hook, join(copy, 'dist/main.cjs'), '--version'], {
        env,
      });
      const paths = String(stack).match(/\/\S+(?=\/chunks\/)/g);
      expect(new Set(paths)).toEqual(new Set([join(copy, 'dist')]));
    }
  });

  test('is compiled anew where what is kept is damaged', () => {
    const caches = join(work, 'damaged');
    start({ XDG_CACHE_HOME: caches });
    const [one, other] = filesIn(join(caches, 'knell', 'compiled')).map(({ parentPath, name }) =>
      join(parentPath, name),
    );
    writeFileSync(one as string, 'nonsense');
    copyFileSync(one as string, other as string);
    start({ XDG_CACHE_HOME: caches });
    expect(statSync(one as string).size).toBeGreaterThan(100);
  });

  test('is not kept where the folder can not be made, or where it is not wanted', () => {
    const file = join(work, 'file');
    writeFileSync(file, '');
    start({ XDG_CACHE_HOME: file });
    const unwanted = join(work, 'unwanted');
    mkdirSync(unwanted);
    start({ XDG_CACHE_HOME: unwanted, NODE_DISABLE_COMPILE_CACHE: '1' });
    expect(filesIn(unwanted)).toEqual([]);
  });

  // Newer versions of Node keep it by themselves.
  const keepsOwn = !('enableCompileCache' in module);
  test.each(keepsOwn ? [process.version] : [])('of other versions is discarded after a month on Node %s', () => {
    const folder = join(work, 'old', 'knell', 'compiled', `${process.version}-${process.arch}`);
    mkdirSync(folder, { recursive: true });
    const [old, recent] = [join(folder, 'tap-00000000.cjs'), join(folder, 'tap-11111111.cjs')];
    for (const file of [old, recent]) writeFileSync(file, '');
    const lastMonth = Date.now() / 1_000 - 31 * 24 * 3_600;
    utimesSync(old, lastMonth, lastMonth);
    start({ XDG_CACHE_HOME: join(work, 'old') });
    expect([existsSync(old), existsSync(recent)]).toEqual([false, true]);
  });
});
