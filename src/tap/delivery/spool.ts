import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SpoolOptions {
  /** The file never grows beyond this. 0: no spool at all. */
  maxBytes?: number;
  /** The folder for the file; the system's temporary folder by default. */
  dir?: string;
}

/** Rows of bytes that wait on disk, first in, first out. */
export interface Spool {
  /** False when the row found no room, or the disk failed. */
  add(row: Buffer): boolean;
  /** The oldest row; `undefined` when there is none. */
  take(): Buffer | undefined;
  readonly rows: number;
  /** Why the disk could not be used, if it could not. */
  readonly problem: string | undefined;
  close(): void;
}

/**
 * A ring in one file. The file is made on first use and unlinked at once: it holds an agent's output, and must not outlive
 * the tap however that ends. Reads and writes are synchronous; they meet the page cache, and keep the order simple.
 */
export function createSpool(options: SpoolOptions = {}): Spool {
  const { maxBytes = 256 * 1024 * 1024, dir = tmpdir() } = options;
  /** Where each waiting row lies. */
  let places: { at: number; length: number }[] = [];
  let firstPlace = 0;
  let writeAt = 0;
  let file: number | undefined;
  let problem: string | undefined;

  const open = () => {
    const folder = mkdtempSync(join(dir, 'knell-tap-'));
    const opened = openSync(join(folder, 'spool'), 'wx+', 0o600);
    rmSync(folder, { recursive: true, force: true });
    return opened;
  };

  /** Where a row of this length can go; -1 when there is no room. */
  const roomFor = (length: number): number => {
    const oldest = places[firstPlace];
    if (!oldest) return length <= maxBytes ? 0 : -1;
    if (oldest.at < writeAt) {
      if (writeAt + length <= maxBytes) return writeAt;
      return length <= oldest.at ? 0 : -1;
    }
    return writeAt + length <= oldest.at ? writeAt : -1;
  };

  return {
    add(row) {
      if (problem !== undefined) return false;
      const at = roomFor(row.length);
      if (at === -1) return false;
      try {
        file ??= open();
        for (let done = 0; done < row.length; ) done += writeSync(file, row, done, row.length - done, at + done);
      } catch (error) {
        problem = `the spool file in ${dir} can't be written (${(error as Error).message})`;
        return false;
      }
      places.push({ at, length: row.length });
      writeAt = at + row.length;
      return true;
    },
    take() {
      const place = places[firstPlace];
      if (!place || file === undefined) return undefined;
      const row = Buffer.allocUnsafe(place.length);
      try {
        for (let done = 0; done < row.length; ) {
          const read = readSync(file, row, done, row.length - done, place.at + done);
          if (read === 0) throw new Error('the file is too short');
          done += read;
        }
      } catch (error) {
        problem = `the spool file in ${dir} can't be read (${(error as Error).message})`;
        places = [];
        firstPlace = 0;
        return undefined;
      }
      firstPlace++;
      if (firstPlace > 1_024 && firstPlace * 2 > places.length) {
        places = places.slice(firstPlace);
        firstPlace = 0;
      }
      return row;
    },
    get rows() {
      return places.length - firstPlace;
    },
    get problem() {
      return problem;
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
      places = [];
      firstPlace = 0;
    },
  };
}
