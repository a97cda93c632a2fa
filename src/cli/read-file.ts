import { readFile } from 'node:fs/promises';
import { systemErrorWords } from '../contracts/system-error-words.ts';
import { UsageError } from '../service/config.ts';

/**
 * What is wrong with a file that can't be read, for people, without a full stop.
 *
 * @param what the kind of file: "log", "corpus"
 */
export function cannotRead(what: string, file: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const said = `can't read the ${what} ${file}`;
  if (code === 'EISDIR') return `${said}: it is a folder; name a file in it`;
  if (code?.startsWith('Z_')) return `${said}: its gzip data is damaged or cut off (${message})`;
  return `${said}: ${systemErrorWords(error)}`;
}

/** @throws {UsageError} when the file can't be read, saying why */
export async function readNamedFile(what: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new UsageError(cannotRead(what, file, cause), { cause });
  }
}
