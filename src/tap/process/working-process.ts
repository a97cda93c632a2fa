import { readFileSync } from 'node:fs';
import { type ProcessTable, systemProcessTable } from './process-table.ts';

/** A process that an agent has started, for people to look at. */
export interface WorkingProcess {
  readonly pid: number;
  /** The program, where the system tells it without a process of its own (`/proc/<pid>/comm`, proc(5)). */
  readonly name?: string;
}

/** The youngest process below an agent's; undefined where it has none. */
export function workingProcess(
  agentPid: number,
  table: ProcessTable = systemProcessTable(),
): WorkingProcess | undefined {
  const entries = table.list();
  let youngest: number | undefined;
  for (let parents = [agentPid]; parents.length > 0; ) {
    parents = entries.filter(({ parent }) => parents.includes(parent)).map(({ pid }) => pid);
    youngest = parents.at(-1) ?? youngest;
  }
  if (youngest === undefined) return undefined;
  const name = nameOf(youngest);
  return { pid: youngest, ...(name && { name }) };
}

function nameOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined; // It is gone, or the system has no /proc.
  }
}
