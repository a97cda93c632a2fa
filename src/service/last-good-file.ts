import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { LastGood, type LastGoodStore } from '../bundles/last-good.ts';
import type { Login } from '../login/login.ts';
import type { Environment } from './config.ts';

/**
 * Keeps the last good bundle in one file, which is replaced whole.
 *
 * @param onError called when the file can't be read or written; the worker goes on without
 */
export function createLastGoodFile(file: string, onError: (error: unknown) => void): LastGoodStore {
  return {
    async load() {
      try {
        return LastGood.parse(JSON.parse(await readFile(file, 'utf8')));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onError(error);
        return undefined;
      }
    },
    async save(good) {
      const beside = `${file}.${process.pid}.tmp`;
      try {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await writeFile(beside, JSON.stringify(good), { mode: 0o600 });
        await rename(beside, file);
      } catch (error) {
        onError(error);
        await rm(beside, { force: true }).catch(() => undefined);
      }
    },
  };
}

/**
 * Where a worker keeps it: under `KNELL_STATE`, else where the XDG base directories keep state. Each fleet and group has a
 * file of its own.
 */
export function lastGoodPath(
  { servers }: Pick<Login, 'servers'>,
  {
    KNELL_PREFIX,
    KNELL_RULES_GROUP,
    KNELL_STATE,
    XDG_STATE_HOME,
    HOME,
  }: Pick<Environment, 'KNELL_PREFIX' | 'KNELL_RULES_GROUP' | 'KNELL_STATE' | 'XDG_STATE_HOME' | 'HOME'>,
): string {
  const state = KNELL_STATE ?? join(XDG_STATE_HOME ?? join(HOME ?? homedir(), '.local', 'state'), 'knell');
  const fleet = JSON.stringify([[...servers].sort(), KNELL_PREFIX, KNELL_RULES_GROUP ?? null]);
  const name = createHash('sha256').update(fleet).digest('hex').slice(0, 16);
  return join(state, `rules-${name}.json`);
}
