import { resolve } from 'node:path';
import type { ScriptFiles } from './script-files.ts';
import { isOrdinary } from './shell/programs.ts';
import { baseName } from './shell-call.ts';
import { runBy } from './unwrap-command.ts';

/** How a runner of packages names a script: behind these words, or, where this holds, by the name alone. */
const RUNNERS: Readonly<Record<string, (name: string) => boolean>> = {
  npm: (name) => /^(?:start|stop|test|t|tst|restart|version)$/.test(name),
  pnpm: () => true,
  yarn: () => true,
  // Its scripts stand in a file of its own, which is not read.
  composer: () => false,
  // https://bun.com/docs/cli/run: its own commands come first.
  bun: (name) =>
    !/^(?:test|x|repl|exec|install|i|add|a|remove|rm|update|link|unlink|pm|build|init|create|c|upgrade)$/.test(name),
};
const VERBS = new Set(['run', 'run-script', 'rum', 'urn']);
const FOLDERS = new Set(['--prefix', '-C', '--dir', '--cwd']);
/** It is run in several packages, or in others; with true those that name which. */
const WORKSPACES: ReadonlyMap<string, boolean> = new Map([
  ...['-w', '--workspace', '-F', '--filter', '--filter-prod', 'workspace'].map((name): [string, boolean] => [
    name,
    true,
  ]),
  ...['-ws', '-r', '--workspaces', '--recursive', 'workspaces', 'foreach'].map((name): [string, boolean] => [
    name,
    false,
  ]),
]);
/** Options that take no value. Another one may take the next word. */
const FLAG =
  /^-(?:-if-present|-silent|-quiet|-bun|-watch|-hot|-smol|-parallel|-stream|-no-.*|-ignore-scripts|-include-workspace-root|-loglevel=.*|[sqdWb]+)$|=/;

/** The lines of a package's script, with those before and after it, of which each waits for the success of the one before. */
export interface PackageLine {
  readonly parts: readonly string[];
  readonly home: string;
  /** Which one is meant is not known. */
  readonly isUnread: boolean;
}

/** What the words of a runner name: the script, and what it is given. */
interface Called {
  readonly script: string;
  readonly given: readonly string[];
  readonly folder: string | undefined;
  readonly isVerb: boolean;
  /** It is run in other packages than that of the folder. */
  readonly isMany: boolean;
  /** The word may be the value of an option. */
  readonly isDoubtful: boolean;
}

function calledScript(words: readonly string[], runner: string, from: string | undefined): Called {
  let folder = from;
  let isVerb = false;
  let isMany = false;
  let isDoubtful = false;
  let at = 1;
  for (; at < words.length; at += 1) {
    const word = words[at] as string;
    const [option = '', value] = word.split('=', 2);
    // Of pnpm it is the root of all packages.
    const isValued = runner === 'pnpm' && option === '-w' ? false : WORKSPACES.get(option);
    if (FOLDERS.has(option)) {
      folder = folder === undefined ? undefined : resolve(folder, value ?? words[at + 1] ?? '.');
      if (value === undefined) at += 1;
    } else if (isValued !== undefined) {
      isMany = true;
      if (isValued && value === undefined) at += 1;
    } else if (VERBS.has(word) && !isVerb) isVerb = true;
    else if (!word.startsWith('-')) break;
    else isDoubtful ||= !FLAG.test(word);
  }
  const asked = words[at] ?? '';
  const given = words.slice(at + 1);
  isVerb ||= isDoubtful && given.some((word) => VERBS.has(word));
  isMany ||= isVerb && given.some((word) => WORKSPACES.has(word.split('=', 1)[0] as string));
  return { script: /^tst?$/.test(asked) ? 'test' : asked, given, folder, isVerb, isMany, isDoubtful };
}

/** The script of a `package.json` that a command runs: `npm run agent -- --model x`. Undefined where it runs none. */
export function packageScript(
  words: readonly string[],
  from: string | undefined,
  files: ScriptFiles,
): PackageLine | undefined {
  const name = baseName(words[0] ?? '');
  const isBare = Object.hasOwn(RUNNERS, name) ? RUNNERS[name] : undefined;
  if (!isBare) return undefined;
  const { script, given, folder, isVerb, isMany, isDoubtful } = calledScript(words, name, from);
  const isNamed = isVerb || isBare(script);
  if (folder === undefined || isMany || isDoubtful || name === 'composer') {
    const isOther = isOrdinary([name, script]) || runBy([name, script]) !== undefined;
    const isCertain = isVerb || (isNamed && (name === 'npm' || isMany || isDoubtful) && script !== '' && !isOther);
    return isCertain ? { parts: [], home: folder ?? '', isUnread: true } : undefined;
  }
  const found = isNamed ? files.packageScripts(folder) : undefined;
  const scriptOf = (one: string) => (found && Object.hasOwn(found.scripts, one) ? found.scripts[one] : undefined);
  // npm makes a version without a script too.
  const own = scriptOf(script) ?? (name === 'npm' && script === 'version' && !isVerb ? ':' : undefined);
  // npm fails where there is no such script.
  if (name === 'npm' && isNamed && own === undefined) return { parts: ['exit 1'], home: folder, isUnread: false };
  if (!found || own === undefined) return undefined;
  const line = [own, ...given.filter((word, index) => !(index === 0 && word === '--')).map(quoted)].join(' ');
  const parts = [scriptOf(`pre${script}`), line, scriptOf(`post${script}`)].filter((part) => part !== undefined);
  return { parts, home: found.home, isUnread: false };
}

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
