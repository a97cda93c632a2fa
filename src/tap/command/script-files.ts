import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { isObject } from '../../decode/json.ts';
import { shellOf } from './shell-call.ts';

/** What stands at a path: `none`, no file; `other`, another interpreter's file or a binary; `unread`, it may be a script. */
export type Found = { readonly text: string; readonly home: string } | 'none' | 'other' | 'unread';

/** The files that say what a command runs. */
export interface ScriptFiles {
  /**
   * Looks for a script.
   *
   * @param name its path, or its name where it stands in one of the folders of `path`
   * @param folder where a path begins; undefined where that is not known
   * @param path folders, as `PATH` lists them; undefined where they are not known
   */
  find(name: string, folder: string | undefined, path: string | undefined): Found;
  /** The scripts of the nearest `package.json` at or above a folder, and its own folder. */
  packageScripts(
    folder: string,
  ): { readonly scripts: Readonly<Record<string, string>>; readonly home: string } | undefined;
  isFolder(path: string): boolean;
}

/** So much of a file tells whether it is a shell's. */
const HEAD_BYTES = 128;
/** A longer `package.json` is not read. */
const MAX_PACKAGE_BYTES = 1024 * 1024;
/** A longer script is not read. */
const MAX_BYTES = 64 * 1024;

/** Reads scripts from the disk, each once: regular files of at most 64 KiB that are no binaries and no other interpreter's. */
export function diskFiles(): ScriptFiles {
  const known = new Map<string, Found>();
  const packages = new Map<string, Record<string, string> | undefined>();
  const once = (file: string) => {
    const found = known.get(file) ?? textAt(file);
    known.set(file, found);
    return found;
  };
  return {
    find(name, folder, path) {
      if (!name.includes('/')) {
        if (path === undefined) return 'unread';
        const places = path.split(delimiter).filter(Boolean);
        if (folder === undefined && !places.every(isAbsolute)) return 'unread';
        const file = places.map((place) => resolve(folder ?? '/', place, name)).find(isFile);
        return file === undefined ? 'none' : once(file);
      }
      if (!name.startsWith('/') && folder === undefined) return 'unread';
      return once(resolve(folder ?? '/', name));
    },
    packageScripts(folder) {
      for (let at = folder; ; at = dirname(at)) {
        const file = join(at, 'package.json');
        if (isFile(file)) {
          const scripts = packages.has(file) ? packages.get(file) : scriptsIn(file);
          packages.set(file, scripts);
          return scripts && { scripts, home: at };
        }
        if (at === dirname(at)) return undefined;
      }
    },
    isFolder: (path) => kindAt(path) === 'folder',
  };
}

function kindAt(path: string): 'file' | 'folder' | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? 'file' : stats?.isDirectory() ? 'folder' : undefined;
  } catch {
    return undefined;
  }
}

const isFile = (path: string) => kindAt(path) === 'file';

/** The text of a shell's script, or why there is none. */
function textAt(path: string): Found {
  if (!isFile(path)) return kindAt(path) === 'folder' ? 'other' : 'none';
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const head = Buffer.alloc(HEAD_BYTES);
    const start = head.toString('latin1', 0, readSync(file, head, 0, HEAD_BYTES, 0));
    if ((start.startsWith('#!') && shellOf(start) === undefined) || start.includes('\0')) return 'other';
    if (statSync(path).size > MAX_BYTES) return 'unread';
    return { text: readFileSync(path, 'utf8'), home: dirname(path) };
  } catch {
    return 'unread';
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function scriptsIn(file: string): Record<string, string> | undefined {
  try {
    if (statSync(file).size > MAX_PACKAGE_BYTES) return undefined;
    const { scripts } = JSON.parse(readFileSync(file, 'utf8')) as { scripts?: unknown };
    if (!isObject(scripts)) return undefined;
    return Object.fromEntries(
      Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return undefined;
  }
}
