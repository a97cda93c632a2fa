import { existsSync, readFileSync } from 'node:fs';

/**
 * The processes that a file names, one a line; none where there is no file yet, or an empty one, as there is for a moment while it is
 * written. An unfinished line names none: 0 would be the demo's own process group.
 */
export function readPids(file: string): number[] {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return [...text.matchAll(/^([1-9]\d*)\n/gm)].map(([, pid]) => Number(pid));
}
