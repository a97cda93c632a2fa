import { resolve } from 'node:path';
import type { ScriptFiles } from './script-files.ts';
import { baseName } from './shell-call.ts';

/** How a runner of packages names a script: behind these words, or, where this holds, by the name alone. */
const RUNNERS: Readonly<Record<string, (name: string) => boolean>> = {
  npm: (name) => /^(?:start|stop|test|t|tst|restart)$/.test(name),
  pnpm: () => true,
  yarn: () => true,
  bun: () => false,
};
const VERBS = new Set(['run', 'run-script', 'rum', 'urn']);
const FOLDERS = new Set(['--prefix', '-C', '--dir', '--cwd']);
/** It is run in several packages. */
const WORKSPACES = /^(?:-w|-ws|-r|--workspaces?|--recursive|--filter|-F|workspaces?)(?:$|=)/;

/** The lines of a package's script, with those before and after it, of which each waits for the success of the one before. */
export interface PackageLine {
  readonly parts: readonly string[];
  readonly home: string;
  /** Which one is meant is not known. */
  readonly isUnread: boolean;
}

/** The script of a `package.json` that a command runs: `npm run agent -- --model x`. Undefined where it runs none. */
export function packageScript(
  words: readonly string[],
  folder: string | undefined,
  files: ScriptFiles,
): PackageLine | undefined {
  const name = baseName(words[0] ?? '');
  const isBare = Object.hasOwn(RUNNERS, name) ? RUNNERS[name] : undefined;
  if (!isBare) return undefined;
  let here = folder;
  let at = 1;
  let isVerb = false;
  for (; at < words.length; at += 1) {
    const word = words[at] as string;
    const [option = '', value] = word.split('=', 2);
    if (FOLDERS.has(option)) {
      here = here === undefined ? undefined : resolve(here, value ?? words[at + 1] ?? '.');
      if (value === undefined) at += 1;
    } else if (VERBS.has(word) && !isVerb) isVerb = true;
    else if (!word.startsWith('-')) break;
  }
  const asked = words[at] ?? '';
  const script = asked === 't' || asked === 'tst' ? 'test' : asked;
  const isNamed = isVerb || isBare(script);
  const isMany = isVerb && words.some((word) => WORKSPACES.test(word));
  if (here === undefined || isMany) {
    const isCertain = isVerb || (name === 'npm' && isNamed);
    return isCertain ? { parts: [], home: here ?? '', isUnread: true } : undefined;
  }
  const found = isNamed ? files.packageScripts(here) : undefined;
  const own = found && Object.hasOwn(found.scripts, script) ? found.scripts[script] : undefined;
  // npm fails where there is no such script.
  if (name === 'npm' && isNamed && own === undefined) return { parts: ['exit 1'], home: here, isUnread: false };
  if (!found || own === undefined) return undefined;
  const given = words.slice(at + 1).filter((word, index) => !(index === 0 && word === '--'));
  const line = [own, ...given.map(quoted)].join(' ');
  const around = (prefix: string) =>
    Object.hasOwn(found.scripts, prefix + script) ? found.scripts[prefix + script] : undefined;
  const parts = [around('pre'), line, around('post')].filter((part) => part !== undefined);
  return { parts, home: found.home, isUnread: false };
}

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
