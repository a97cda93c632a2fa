import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** When it started, in the table's own units. A pid with another start is another process. */
  readonly start: string;
  /** Processor time it has used; undefined where the table does not tell. */
  readonly cpuMs?: number;
  /** Whether it runs, waits for a processor, or waits for a disk. */
  readonly isRunnable: boolean;
  /** Whether it was stopped, by a signal or a tracer: it does nothing until it is let go. */
  readonly isStopped?: true;
}

/** The live processes of this machine. Zombies are left out: they are dead already. */
export interface ProcessTable {
  list(): ProcessEntry[];
  /** The process of this pid now; `undefined` when there is none. */
  entry(pid: number): ProcessEntry | undefined;
  /** Whether the environment the process was started with contains this text. False when that can't be read. */
  environmentHas(pid: number, text: string): boolean;
}

/** From `/proc` where there is one (Linux), else from `ps` (macOS, BSD), which does not tell environments. */
export function systemProcessTable(): ProcessTable {
  return existsSync('/proc/self/stat') ? procTable : psTable;
}

/** Fields as in proc(5). */
const procTable: ProcessTable = {
  list() {
    return readdirSync('/proc')
      .filter((name) => /^[0-9]+$/.test(name))
      .flatMap((name) => procTable.entry(Number(name)) ?? []);
  },
  entry(pid) {
    const stat = readOrNothing(`/proc/${pid}/stat`)?.toString('latin1');
    return stat === undefined ? undefined : parseProcStat(stat);
  },
  environmentHas(pid, text) {
    return readOrNothing(`/proc/${pid}/environ`)?.includes(text) ?? false;
  },
};

const psTable: ProcessTable = {
  list: () => parsePs(runPs(['-A'])),
  entry: (pid) => parsePs(runPs(['-p', `${pid}`]))[0],
  environmentHas: () => false,
};

/** Reads `/proc/<pid>/stat`. The name in it is in parentheses and may itself contain spaces and parentheses. */
export function parseProcStat(stat: string): ProcessEntry | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group] = fields;
  const start = fields[19];
  if (start === undefined || isDead(state)) return undefined;
  return {
    pid: Number.parseInt(stat, 10),
    parent: Number(parent),
    group: Number(group),
    start,
    isRunnable: isRunnable(state),
    ...(isStopped(state) && { isStopped: true as const }),
  };
}

/** Reads the rows of `ps -o pid=,ppid=,pgid=,stat=,time=,lstart=`. */
export function parsePs(output: string): ProcessEntry[] {
  return output.split('\n').flatMap((row) => {
    const [pid, parent, group, state, time, ...start] = row.trim().split(/\s+/);
    if (start.length === 0 || isDead(state)) return [];
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        start: start.join(' '),
        cpuMs: parseCpuTime(time as string),
        isRunnable: isRunnable(state),
        ...(isStopped(state) && { isStopped: true as const }),
      },
    ];
  });
}

/** Reads processor time as `ps` prints it, `[[days-]hours:]minutes:seconds[.hundredths]`, into milliseconds. */
export function parseCpuTime(time: string): number {
  const [clock = '', days = '0'] = time.split('-').reverse();
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1_000) || 0;
}

function isDead(state: string | undefined): boolean {
  return state === undefined || /^[ZX]/i.test(state);
}

/** States as in proc(5) and ps(1): running or ready to, and in a wait for a disk (`D`, on macOS `U`). */
function isRunnable(state: string | undefined): boolean {
  return state !== undefined && /^[RDU]/.test(state);
}

/** By job control (`T`) or a tracer (`t`). */
function isStopped(state: string | undefined): boolean {
  return state !== undefined && /^T/i.test(state);
}

function runPs(which: readonly string[]): string {
  try {
    const args = [...which, '-o', 'pid=,ppid=,pgid=,stat=,time=,lstart='];
    return execFileSync('ps', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 5_000 });
  } catch {
    return ''; // Also what ps says with exit 1 when there is no such process. The group is signalled anyway.
  }
}

function readOrNothing(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined; // Gone meanwhile, or another user's.
  }
}
