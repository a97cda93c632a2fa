import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A control group of one run's own (Linux, cgroup v2): no process leaves it by forking, `setsid` or another environment. */
export interface RunCgroup {
  /** Calls `start`, and what it starts is in the group from its first moment on; this process is not. */
  around<T>(start: () => T): T;
  /** The processes in the group and in groups below it. */
  members(): number[];
  /** Takes the group away, where it is empty. */
  remove(): void;
}

/**
 * Makes a group below this process's own.
 *
 * @param name of the group, new on this machine
 * @returns undefined where there is no cgroup v2, or no right to make a group: in most containers, and for users other than
 *   root to whom nobody has delegated one (systemd: `Delegate=yes`)
 */
export function createRunCgroup(name: string): RunCgroup | undefined {
  let own: string | undefined;
  let folder: string;
  try {
    own = cgroupFolder(readFileSync('/proc/self/mountinfo', 'utf8'), readFileSync('/proc/self/cgroup', 'utf8'));
    if (own === undefined) return undefined;
    folder = join(own, name);
    mkdirSync(folder);
  } catch {
    return undefined;
  }
  const home = own;
  const enter = (where: string) => writeFileSync(join(where, 'cgroup.procs'), `${process.pid}`);
  const remove = (): void => {
    try {
      for (const below of groupsIn(folder).reverse()) rmdirSync(below);
    } catch {
      // Something lives in it, or it is gone.
    }
  };
  try {
    // A group that can't be left again is worse than none.
    enter(folder);
    enter(home);
  } catch {
    remove();
    return undefined;
  }
  return {
    around(start) {
      enter(folder);
      try {
        return start();
      } finally {
        enter(home);
      }
    },
    members: () => groupsIn(folder).flatMap(processesIn),
    remove,
  };
}

/** Whether a tap that obeys can give its run a control group of its own here. */
export function canGroupRuns(): boolean {
  const group = createRunCgroup(`knell-try-${process.pid}`);
  group?.remove();
  return group !== undefined;
}

/** What outlives an abort where no group can be made. */
export const UNGROUPED =
  'no control group can be made for a run here (cgroup v2, as root or delegated): a process that clears its environment, leaves its group and forks twice outlives an abort';

/**
 * Where this process's group of the v2 hierarchy is in the file system; undefined where that is not mounted.
 *
 * @param mounts as in `/proc/self/mountinfo` (proc(5)): root, mount point and, behind ` - `, the kind of file system
 * @param groups as in `/proc/self/cgroup` (cgroups(7)): the line of v2 begins with `0::`
 */
export function cgroupFolder(mounts: string, groups: string): string | undefined {
  const path = /^0::(\/.*)$/m.exec(groups)?.[1];
  const mount = mounts.split('\n').find((line) => line.includes(' - cgroup2 '));
  const [, , , root, point] = mount?.split(' ') ?? [];
  if (path === undefined || root === undefined || point === undefined) return undefined;
  const below = relative(root, path);
  return below.startsWith('..') ? undefined : join(point, below);
}

/** A group and those below it, itself first. */
function groupsIn(folder: string): string[] {
  try {
    const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [folder, ...below.flatMap(({ name }) => groupsIn(join(folder, name)))];
  } catch {
    return [];
  }
}

function processesIn(folder: string): number[] {
  try {
    return readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
