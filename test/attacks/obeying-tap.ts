import { afterEach } from 'vitest';
import type { Run } from '../../src/contracts/run.ts';
import { killAll } from '../support/live-processes.ts';
import { startTap, type TapProcess } from '../support/tap-process.ts';
import { stored, subjects, target } from './attack.ts';
import type { Who } from './setup.ts';

const left: number[] = [];
afterEach(() => killAll(left.splice(0)));

const GRACES = ['--interrupt-grace', '100ms', '--terminate-grace', '100ms', '--flush-timeout', '20s'];

/** A real `knell tap --obey` with the login of the run's agent, that knows the service's key; settles once the run has begun. */
export async function obeyingTap(
  run: Run,
  command: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<TapProcess> {
  const { agent, execution, attempt } = run;
  const named = ['--agent', agent, '--execution', execution, '--attempt', `${attempt}`];
  const tap = startTap([...named, '--runtime', 'claude', '--obey', ...GRACES, '--', ...command], {
    ...target.environments[agent as Who],
    KNELL_PUBLIC_KEYS: target.publicKey,
    ...env,
  });
  left.push(tap.child.pid as number);
  // What comes before it has begun would be for an earlier process.
  while ((await stored('KNELL_RUNS', subjects.runs(run))).length === 0) {
    if (tap.child.exitCode !== null) throw new Error(`the tap ended: ${tap.stderr()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return tap;
}

/** Lets a `cat` under a tap come to its end, and tells what the tap exited with: 0 where nobody ended it. */
export function endOf(tap: TapProcess): Promise<number | string> {
  tap.child.stdin.end('still here\n');
  return tap.exited;
}
