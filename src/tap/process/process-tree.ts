import type { ProcessEntry, ProcessTable } from './process-table.ts';

/** All processes that belong to one agent, wherever they have gone, as far as was ever seen. */
export interface ProcessTree {
  /** Looks for members. Call it before signals are sent: the death of a parent hides its children. */
  look(): void;
  /** The members that are alive. */
  alive(): ProcessEntry[];
}

export interface ProcessTreeOptions {
  /** The agent's pid, which is also the id of its process group. */
  rootPid: number;
  /** A text in the environment of every process the agent starts. It stays when a process leaves group and parents. */
  marker: string;
  table: ProcessTable;
  /** The processes of the run's own control group, where it has one. */
  grouped?: (() => readonly number[]) | undefined;
}

/**
 * A member is the agent, whatever is in its process group or control group, whatever has the marker in its environment, and every
 * child of a member. Members are remembered together with their start, so that a pid used anew is never taken for one of them.
 */
export function createProcessTree(options: ProcessTreeOptions): ProcessTree {
  const { rootPid, marker, table, grouped = () => [] } = options;
  const members = new Map<number, string>();
  const isMember = (entry: ProcessEntry) => members.get(entry.pid) === entry.start;

  return {
    look() {
      const entries = table.list().filter((entry) => entry.pid !== process.pid);
      const byPid = new Map(entries.map((entry) => [entry.pid, entry]));
      const strangers = new Set(entries.filter((entry) => !isMember(entry)));
      const join = (entry: ProcessEntry) => {
        members.set(entry.pid, entry.start);
        strangers.delete(entry);
      };
      const together = new Set(grouped());
      for (const entry of [...strangers]) {
        const belongs = entry.pid === rootPid || entry.group === rootPid || together.has(entry.pid);
        if (belongs || table.environmentHas(entry.pid, marker)) join(entry);
      }
      for (let before = -1; before !== strangers.size; ) {
        before = strangers.size;
        for (const entry of [...strangers]) {
          const parent = byPid.get(entry.parent);
          if (parent && isMember(parent)) join(entry);
        }
      }
    },
    alive() {
      return [...members.keys()].flatMap((pid) => {
        const entry = table.entry(pid);
        return entry && isMember(entry) ? [entry] : [];
      });
    },
  };
}
