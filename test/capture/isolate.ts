import { spawn, spawnSync } from 'node:child_process';
import { NEUTRAL_HOST } from './scrub.ts';

const INSIDE = 'KNELL_CAPTURE_ISOLATED';

/** Whether this process already runs without a network. */
export const isIsolated = () => process.env[INSIDE] === '1';

/**
 * Runs this program once more in namespaces of its own (`unshare(1)`, Linux): a network that has nothing but a loopback
 * interface, so that no agent can reach the outside whatever it tries, and a process tree that ends as a whole, because
 * agents leave daemons behind which no process group holds.
 *
 * @returns its exit code, or undefined where this machine cannot do that
 */
export async function runIsolated(script: string, args: readonly string[]): Promise<number | undefined> {
  const ownTree = ['--net', '--uts', '--pid', '--fork', '--mount-proc', '--kill-child'];
  const unshare = process.getuid?.() === 0 ? ownTree : ['--map-root-user', ...ownTree];
  if (spawnSync('unshare', [...unshare, 'ip', 'link', 'set', 'lo', 'up']).status !== 0) return undefined;
  // The neutral host name is for what agents print; a machine without hostname(1) keeps its own.
  const enter = `ip link set lo up && { hostname ${NEUTRAL_HOST} || true; } && exec "$0" "$@"`;
  const command = [...unshare, 'sh', '-c', enter, process.execPath, script, ...args];
  const child = spawn('unshare', command, { stdio: 'inherit', env: { ...process.env, [INSIDE]: '1' } });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
