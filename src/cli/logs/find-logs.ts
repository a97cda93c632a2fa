import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cannotRead } from '../read-file.ts';

/** A log to read. */
export interface FoundLog {
  /** Its path, or `-` for standard input. */
  readonly file: string;
  /** When it was written, epoch milliseconds: what it says of times ("resets 3pm") is meant from then. */
  readonly writtenMs: number;
}

/** What was named and can't be read. */
export interface LogProblem {
  readonly file: string;
  /** What is wrong and what to do, without a full stop. */
  readonly message: string;
}

/** The logs that were named, in order; of a folder all files in it and below. */
export async function findLogs(names: readonly string[]): Promise<(FoundLog | LogProblem)[]> {
  return (await Promise.all(names.map(find))).flat();
}

async function find(name: string): Promise<(FoundLog | LogProblem)[]> {
  if (name === '-') return [{ file: name, writtenMs: Date.now() }];
  try {
    const about = await stat(name);
    if (!about.isDirectory()) {
      return [{ file: name, writtenMs: about.mtimeMs }];
    }
    const entries = await readdir(name, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    if (files.length === 0) return [{ file: name, message: `there are no files in the folder ${name}` }];
    return (await Promise.all(files.sort().map(find))).flat();
  } catch (error) {
    return [{ file: name, message: cannotRead('log', name, error) }];
  }
}
