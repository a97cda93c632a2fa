import { basename } from 'node:path';
import type { Run } from '../../contracts/run.ts';

/**
 * Gives each scanned log a run of its own, named after its file, so that commands and records of two logs are never
 * taken for each other's.
 */
export function createScannedRuns(): (file: string) => Run {
  const taken = new Map<string, number>();
  return (file) => {
    const name =
      file === '-'
        ? 'stdin'
        : basename(file)
            .replace(/[^A-Za-z0-9_-]/g, '_')
            .slice(0, 100) || 'log';
    const times = (taken.get(name) ?? 0) + 1;
    taken.set(name, times);
    return { agent: 'scan', execution: times === 1 ? name : `${name}-${times}`, attempt: 1 };
  };
}
