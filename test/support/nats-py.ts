import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** nats-py is no dependency of the project: it is put here, once, where pip can reach its index. */
const FOLDER = join(import.meta.dirname, '../../.knell/python');
const VERSION = '2.15.0';

/** Where Python finds nats-py; undefined where it is not installed and can't be had. */
export function natsPyFolder(): string | undefined {
  const isThere = () =>
    spawnSync('python3', ['-c', 'import nats'], { env: { ...process.env, PYTHONPATH: FOLDER } }).status === 0;
  if (isThere()) return FOLDER;
  const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--target', FOLDER];
  spawnSync('python3', [...args, `nats-py==${VERSION}`], { stdio: 'ignore', timeout: 60_000 });
  return isThere() ? FOLDER : undefined;
}
