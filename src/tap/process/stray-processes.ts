import { readdirSync, readFileSync } from 'node:fs';
import { parseProcStat } from './process-table.ts';

/** By what a run's processes are known, wherever they have gone: the same by which an abort finds them (see `process-tree.ts`). */
export interface RunMarks {
  /** A text in the environment of every process that the agent starts. */
  readonly marker: string;
  /** The processes of the run's own control group, where it has one. */
  readonly grouped?: (() => readonly number[]) | undefined;
}

/**
 * Finds the processes of a run that may have left their parents (`setsid -f`, a double fork): those of its control group, else those
 * of the agent's process group and those with the marker in their environment.
 */
export type FindStrays = (rootPid: number) => Iterable<number>;

/**
 * From `/proc`, about 0.5 ms for 300 processes on the machine and 10 ms for 3,000. To be made before the agent starts: what runs
 * already is no process of the run. Each new process is looked at twice, because while it starts a program its environment
 * can't be read.
 */
export function createStrayFinder({ marker, grouped }: RunMarks): FindStrays {
  if (grouped) return grouped;
  /** Process ids, and in how many looks more each is looked at. */
  let seen = new Map(processIds().map((pid) => [pid, 0]));
  /** Process id → start: an id that is used anew is another process. */
  const strays = new Map<number, string>();
  return (rootPid) => {
    const next = new Map<number, number>();
    for (const pid of processIds()) {
      const looks = seen.get(pid) ?? LOOKS_AT_EACH;
      next.set(pid, Math.max(0, looks - 1));
      if (looks === 0 || pid === process.pid) continue;
      const entry = parseProcStat(textOf(`/proc/${pid}/stat`));
      if (!entry) continue;
      if (entry.group === rootPid || textOf(`/proc/${pid}/environ`).includes(marker)) strays.set(pid, entry.start);
    }
    seen = next;
    for (const [pid, start] of strays) {
      if (parseProcStat(textOf(`/proc/${pid}/stat`))?.start !== start) strays.delete(pid);
    }
    return strays.keys();
  };
}

const LOOKS_AT_EACH = 2;

function processIds(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // Gone meanwhile, or another user's.
  }
}
