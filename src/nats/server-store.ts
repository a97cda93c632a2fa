import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorWords } from '../contracts/system-error-words.ts';

/** Who keeps its data in a store: nats-server itself lets two servers spoil one. */
const HOLDER_FILE = 'server.pid';
/** Where that one listens. A file of its own, since an older knell reads the other as a number. */
const ADDRESS_FILE = 'server.url';

/**
 * Makes the folder in which a private nats-server keeps its data.
 *
 * @throws {Error} with code `USAGE` when it can't be made, or another nats-server runs on it
 */
export async function openStore(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    // Of a file that stands where the folder should be it says that it is there already.
    const why = (cause as NodeJS.ErrnoException).code === 'EEXIST' ? 'it is a file' : systemErrorWords(cause);
    throw usage(`the data can't be kept in ${folder}: ${why}. Name another folder with --store or KNELL_STORE`, cause);
  }
  const pid = Number(await readFile(join(folder, HOLDER_FILE), 'utf8').catch(() => ''));
  if (pid > 0 && isServer(pid)) {
    const url = await readFile(join(folder, ADDRESS_FILE), 'utf8').catch(() => '');
    throw usage(
      `another knell keeps its data in ${folder}, with nats-server as process ${pid}${url && ` at ${url}`}: use that one, or name another folder with --store`,
    );
  }
}

/** Notes that the process, which listens at an address, keeps its data there. */
export async function holdStore(folder: string, pid: number, url: string): Promise<void> {
  await writeFile(join(folder, ADDRESS_FILE), url);
  await writeFile(join(folder, HOLDER_FILE), String(pid));
}

/** Whether a nats-server runs as that process. One that has ended and waits for its parent does not. */
function isServer(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  return (stdout ?? '').includes('nats-server') && !stdout.includes('<defunct>');
}

function usage(message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code: 'USAGE' });
}
