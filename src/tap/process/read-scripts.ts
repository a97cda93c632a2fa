import { readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { isObject } from '../../decode/json.ts';
import { MAX_LINE } from './agent-command.ts';
import type { ScriptFiles } from './shell-line.ts';

/**
 * Reads the scripts that a command runs: regular files of at most 64 KiB. Where one can't be read, it says nothing.
 *
 * @param folder where the command is run
 * @param path the folders that programs are looked for in, as `PATH` lists them
 */
export function readScripts(folder: string, path = ''): ScriptFiles {
  return {
    script(name) {
      const places = name.includes('/') ? [folder] : path.split(delimiter).filter(Boolean);
      const file = places.map((place) => resolve(folder, place, name)).find(isFile);
      const text = file === undefined ? undefined : textOf(file);
      return file === undefined || text === undefined ? undefined : { text, home: readScripts(dirname(file), path) };
    },
    packageScripts() {
      for (let at = resolve(folder); ; at = dirname(at)) {
        if (isFile(join(at, 'package.json'))) {
          const scripts = scriptsIn(textOf(join(at, 'package.json')));
          return scripts && { scripts, home: readScripts(at, path) };
        }
        if (at === dirname(at)) return undefined;
      }
    },
    within: (other) => readScripts(resolve(folder, other), path),
  };
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
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
