import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { isObject } from '../../decode/json.ts';
import { MAX_LINE } from './agent-command.ts';
import { shellOf } from './script-lines.ts';
import type { ScriptFiles } from './shell-line.ts';

/** So much of a file tells whether it is a shell's. */
const HEAD_BYTES = 128;

/**
 * Reads the scripts that a command runs: regular files of at most 64 KiB that are no binaries and no other interpreter's.
 *
 * @param folder where the command is run
 * @param path the folders that programs are looked for in, as `PATH` lists them; each program is looked for once
 */
export function readScripts(folder: string, path = ''): ScriptFiles {
  const places = path.split(delimiter).filter(Boolean);
  const known = new Map<string, Script | Lack>();
  const read = (from: string, name: string, where: readonly string[]): Script | Lack => {
    const file = where.map((place) => resolve(from, place, name)).find(isFile);
    if (file === undefined) return 'none';
    const found = shellTextOf(file);
    return typeof found === 'string' ? found : { ...found, home: filesIn(dirname(file)) };
  };
  const find = (here: string, name: string) => {
    const isPath = name.includes('/');
    const key = isPath ? resolve(here, name) : name;
    const found = known.get(key) ?? read(here, name, isPath ? [here] : places);
    known.set(key, found);
    return found;
  };
  const filesIn = (here: string): ScriptFiles => ({
    script(name) {
      const found = find(here, name);
      return typeof found === 'string' ? undefined : found;
    },
    lacks(name) {
      const found = find(here, name);
      return typeof found === 'string' ? found : 'other';
    },
    packageScripts() {
      for (let at = resolve(here); ; at = dirname(at)) {
        if (isFile(join(at, 'package.json'))) {
          const scripts = scriptsIn(textOf(join(at, 'package.json')));
          return scripts && { scripts, home: filesIn(at) };
        }
        if (at === dirname(at)) return undefined;
      }
    },
    within: (other) => filesIn(resolve(here, other)),
  });
  return filesIn(folder);
}

type Lack = ReturnType<ScriptFiles['lacks']>;
type Script = NonNullable<ReturnType<ScriptFiles['script']>>;

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false;
  }
}

function textOf(path: string): string | undefined {
  try {
    return statSync(path).size > MAX_LINE ? undefined : readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** The text of a shell's script, or why there is none. */
function shellTextOf(path: string): { text: string } | Exclude<Lack, 'none'> {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const head = Buffer.alloc(HEAD_BYTES);
    const start = head.toString('latin1', 0, readSync(file, head, 0, HEAD_BYTES, 0));
    const isOther = start.startsWith('#!') && shellOf(start) === undefined;
    if (isOther || start.includes('\0')) return 'other';
    const text = textOf(path);
    return text === undefined ? 'unread' : { text };
  } catch {
    return 'unread';
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function scriptsIn(text: string | undefined): Record<string, string> | undefined {
  try {
    const { scripts } = JSON.parse(text ?? '') as { scripts?: unknown };
    if (!isObject(scripts)) return undefined;
    return Object.fromEntries(
      Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return undefined;
  }
}
