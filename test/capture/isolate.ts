import { spawn, spawnSync } from 'node:child_process';

const INSIDE = 'KNELL_CAPTURE_ISOLATED';

/** Whether this process already runs without a network. */
export const isIsolated = () => process.env[INSIDE] === '1';

/**
 * Runs this program once more in a network namespace of its own that has nothing but a loopback interface
 * (`unshare(1)`, Linux), so that no agent can reach the outside whatever it tries.
 *
 * @returns its exit code, or undefined where this machine cannot do that
 */
export async function runIsolated(script: string, args: readonly string[]): Promise<number | undefined> {
  const unshare = process.getuid?.() === 0 ? ['--net'] : ['--net', '--map-root-user'];
  if (spawnSync('unshare', [...unshare, 'ip', 'link', 'set', 'lo', 'up']).status !== 0) return undefined;
  const command = [...unshare, 'sh', '-c', 'ip link set lo up && exec "$0" "$@"', process.execPath, script, ...args];
  const child = spawn('unshare', command, { stdio: 'inherit', env: { ...process.env, [INSIDE]: '1' } });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
