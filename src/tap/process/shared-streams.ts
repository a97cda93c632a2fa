import { readlinkSync } from 'node:fs';
import type { StreamName } from '../../contracts/run.ts';

/** proc(5), `/proc/<pid>/fd`: standard output and standard error. */
const FDS = { stdout: 1, stderr: 2 } as const;

/**
 * On which of an agent's streams another process may print: those whose pipe or terminal it has as its own standard output or
 * standard error at this moment. On both where it has a pipe that leads to them, and where the system does not show that of
 * one of the two, as of another user's process.
 *
 * @param between pipes from which others pass on to these streams
 */
export function sharedStreams(pid: number, agentPid: number, between: ReadonlySet<string>): StreamName[] {
  const held = [endOf(pid, FDS.stdout), endOf(pid, FDS.stderr)];
  if (held.some((end) => between.has(end))) return ['stdout', 'stderr'];
  return (['stdout', 'stderr'] as const).filter((stream) => {
    const end = endOf(agentPid, FDS[stream]);
    return (
      end !== 'none' && held.some((one) => one !== 'none' && (one === end || one === 'hidden' || end === 'hidden'))
    );
  });
}

/** What a file descriptor leads to; `none`: it is closed, or its process is gone · `hidden`: the system does not show it. */
function endOf(pid: number, fd: number): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'none' : 'hidden';
  }
}
