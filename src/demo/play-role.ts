import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PACKAGE_ROOT } from '../service/package-root.ts';
import { type Role, TIMEOUT_S } from './cast.ts';
import { readPids } from './read-pids.ts';
import type { createTimeline } from './timeline.ts';

const FAKE_AGENT = join(PACKAGE_ROOT, 'dist', 'demo', 'fake-agent.js');

/** knell ended the run: `knell tap` exits with this. */
export const ENDED_BY_KNELL = 125;

export interface Ending {
  readonly role: Role;
  readonly exitCode: number | null;
  readonly tookMs: number;
  /** Processes of the run that are still there after its end. */
  readonly survivors: readonly number[];
}

export interface Stage {
  /** The built command line. */
  readonly knell: string;
  readonly natsUrl: string;
  readonly textsFile: string;
  /** A folder of the demo's own. */
  readonly work: string;
  readonly timeline: ReturnType<typeof createTimeline>;
}

/** The taps of agents that have not ended yet, with the files that name the agents' processes. */
const underWay = new Map<ChildProcess, string>();

/** Ends all agents that are at work, and their taps: a demo that is left leaves nothing behind. */
export async function endAll(): Promise<void> {
  const taps = [...underWay];
  underWay.clear();
  for (const [, pidsFile] of taps) for (const pid of readPids(pidsFile)) signal(pid, 'SIGKILL');
  await Promise.all(
    taps.map(async ([tap]) => {
      tap.kill('SIGKILL');
      if (tap.exitCode === null && tap.signalCode === null) await once(tap, 'exit');
    }),
  );
}

/** Runs one agent under `knell tap --obey`, a real process in a real process tree, to its end. */
export function playRole(role: Role, { knell, natsUrl, textsFile, work, timeline }: Stage): Promise<Ending> {
  const { agent, execution, attempt } = role.run;
  const startedMs = performance.now();
  const pidsFile = join(work, `${agent}.pids`);
  const args = [knell, 'tap', '--agent', agent, '--execution', execution, '--attempt', String(attempt)];
  args.push(
    '--runtime',
    'claude-code',
    '--subscription',
    role.subscription,
    '--timeout-s',
    String(TIMEOUT_S),
    '--obey',
  );
  args.push('--', process.execPath, FAKE_AGENT, role.part, textsFile, pidsFile);
  const tap = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'ignore'],
    // What a tap that is killed leaves behind goes with the folder.
    env: { ...process.env, TMPDIR: work, NATS_URL: natsUrl, CLAUDE_CODE_OAUTH_TOKEN: role.token },
  });
  underWay.set(tap, pidsFile);
  return new Promise((resolve, reject) => {
    tap.once('error', reject);
    tap.once('exit', async (exitCode) => {
      const tookMs = performance.now() - startedMs;
      // The demo is left: nothing is told any more.
      if (!underWay.delete(tap)) return;
      const pids = readPids(pidsFile);
      const survivors = await survivorsOf(pids);
      const tree =
        survivors.length === 0
          ? `its ${pids.length === 1 ? 'process is' : `${pids.length} processes are`} gone`
          : `still there: ${survivors.join(', ')}`;
      const how = exitCode === ENDED_BY_KNELL ? `by knell, ${tree}` : `by itself, exit code ${exitCode}`;
      timeline.ends(agent, `${how}, after ${(tookMs / 1_000).toFixed(1)} s`);
      resolve({ role, exitCode, tookMs, survivors });
    });
  });
}

/** How long a process that was killed may take until it is out of the process table, in milliseconds. */
const REAPED_MS = 3_000;

/** The processes that are still there when those that are only waiting to be reaped have had their time. */
async function survivorsOf(pids: readonly number[]): Promise<number[]> {
  const deadline = performance.now() + REAPED_MS;
  let alive = pids.filter(isAlive);
  while (alive.length > 0 && performance.now() < deadline) {
    await sleep(50);
    alive = alive.filter(isAlive);
  }
  return alive;
}

function isAlive(pid: number): boolean {
  return signal(pid, 0);
}

function signal(pid: number, which: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, which);
    return true;
  } catch {
    return false;
  }
}
