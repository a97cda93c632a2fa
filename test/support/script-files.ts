import { join, resolve } from 'node:path';
import type { ScriptFiles } from '../../src/tap/command/script-files.ts';

const HOME = '/srv';

/** The files of one folder, by their paths from there; programs that are none of them are binaries. */
export function scriptsIn(files: Readonly<Record<string, string>>): {
  files: ScriptFiles;
  folder: string;
  env: Record<string, string>;
} {
  const texts = new Map(Object.entries(files).map(([path, text]) => [join(HOME, path), text]));
  return {
    folder: HOME,
    env: { PATH: '/usr/bin', HOME: '/home/me' },
    files: {
      find(name, folder) {
        if (name.includes('/') && !name.startsWith('/') && folder === undefined) return 'unread';
        const text = texts.get(resolve(folder ?? '/', name));
        if (text !== undefined) return { text, home: HOME };
        return name.includes('/') ? 'none' : 'other';
      },
      packageScripts() {
        const text = texts.get(join(HOME, 'package.json'));
        return text === undefined ? undefined : { scripts: JSON.parse(text).scripts, home: HOME };
      },
      isFolder: () => true,
    },
  };
}
