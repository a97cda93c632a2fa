import { readFileSync, readlinkSync } from 'node:fs';

/** A file of `/proc`; undefined where its process is gone meanwhile, or another user's. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

/** Where a link of `/proc` leads to, such as `pipe:[4711]`; undefined as {@link textOf}. */
export function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** The words of the command that a process runs (proc(5), `/proc/<pid>/cmdline`); none where the system does not tell. */
export function wordsOf(pid: number): string[] {
  return textOf(`/proc/${pid}/cmdline`)?.split('\0').filter(Boolean) ?? [];
}
