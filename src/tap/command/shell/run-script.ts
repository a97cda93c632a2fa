import type { ParsedScript } from 'unbash';
import { agentNamed } from '../known-agents.ts';
import type { ShellOptions } from '../shell-call.ts';
import { collectDefinitions, type Definitions, noDefinitions } from './definitions.ts';
import { type At, deeper, type Shell, UNKNOWN, unread, type Walk } from './walk-context.ts';
import { asSeenOutside, distinct, ended, endedAnyhow, keyOf, type Way } from './ways.ts';
import { wordValue } from './word-values.ts';

/** What a shell of its own is given to run. */
export interface Given {
  readonly text: string;
  /** The folder of its script; left out for a line. */
  readonly home?: string | undefined;
  /** The name of its file there. */
  readonly name?: string;
  readonly folder?: string | undefined;
  readonly args: readonly string[] | undefined;
  readonly options?: ShellOptions;
  readonly isLogin?: boolean;
  readonly isPosix?: boolean;
}

/** The ways behind a shell that is started for a line or a script. */
export function runInShell(walk: Walk, given: Given, way: Way, at: At): Way[] {
  const inner = deeper(at);
  const shell = childShell(given, way, at);
  const script = walk.parse(given.text);
  // A file that each of them reads first.
  const isTold = shell.environment('BASH_ENV') !== undefined && shell.environment('BASH_ENV') !== 'unknown';
  if (script.errors?.length || isTold || at.shell.variables.has('BASH_ENV')) return unread(walk, way);
  define(script, shell);
  if (given.isLogin && !collectProfiles(walk, shell)) return unread(walk, way);
  const options = given.options ?? { errexit: false, pipefail: false };
  const start: Way = {
    ...way,
    ...options,
    ok: true,
    folder: given.folder ?? way.folder,
    args: given.args && walk.same(given.args),
  };
  // A script that takes its own place as it began ends as it does otherwise: `exec gosu agent "$0" "$@"`.
  const key = `${given.home}/${given.name} ${keyOf(start)}`;
  if (at.isReplacing && shell.self !== undefined && at.begun.includes(key)) return [];
  const ends = walk.list(script.commands, [start], {
    ...inner,
    isReplacing: false,
    begun: at.isReplacing ? [...at.begun, key] : [key],
    shell,
    isTested: false,
    loops: [],
    returns: undefined,
    isNoFunction: false,
    isInShell: true,
    isEnvironmentOpen: false,
    path: undefined,
    isInScript: at.isInScript || given.home !== undefined,
    isCaptured: at.isCaptured,
    node: undefined,
  });
  return outside(shell, ends, way);
}

/** The functions of the profiles that a login shell reads first; false where these give an agent's name to something else. */
function collectProfiles({ files, parse }: Walk, shell: Shell): boolean {
  const home = shell.environment('HOME');
  if (home === undefined || home === 'unknown') return true;
  for (const name of ['.bash_profile', '.bash_login', '.profile', '.bashrc', '.bash_aliases', '.zprofile']) {
    const found = files.find(`${home}/${name}`, undefined, undefined);
    if (typeof found === 'string') continue;
    if ([...found.text.matchAll(/^\s*alias\s+([\w-]+)=/gm)].some(([, alias = '']) => agentNamed(alias))) return false;
    collectDefinitions(parse(found.text), { ...shell, variables: new Map() });
  }
  return true;
}

/** The ways behind what a process of its own of this shell does: a subshell, a part of a pipe, a substitution. */
export function inChild(ways: readonly Way[], at: At, run: (ways: readonly Way[], at: At) => readonly Way[]): Way[] {
  return distinct(
    ways.flatMap((way) => {
      const exits: Way[] = [];
      const shell: Shell = { ...at.shell, isChild: true, exits, isTrapped: at.shell.isTrapped && at.shell.isErrTraced };
      return outside(shell, run([way], { ...at, shell, loops: [], returns: at.returns && exits }), way);
    }),
  );
}

/** The ways behind a text that this shell reads itself: `source`, `eval`. */
export function runInline(walk: Walk, text: string, ways: readonly Way[], at: At, isSourced: boolean): Way[] {
  const script = walk.parse(text);
  if (script.errors?.length) return ways.flatMap((way) => unread(walk, way));
  define(script, at.shell);
  if (isSourced) at.shell.hasSourced = true;
  const returns: Way[] = [];
  const inner = { ...deeper(at), isNoFunction: false, isInScript: at.isInScript || isSourced, node: undefined };
  const ends = walk.list(script.commands, ways, isSourced ? { ...inner, returns } : inner);
  return distinct([...ends, ...returns]);
}

function outside(shell: Shell, ends: readonly Way[], way: Way): Way[] {
  const own = [...ends, ...shell.exits];
  const all = shell.mayStop ? own.flatMap((one) => [one, ended(one, false)]) : own;
  return distinct((shell.isTrapped ? all.flatMap(endedAnyhow) : all).map((one) => asSeenOutside(way, one)));
}

const definitions = new WeakMap<ParsedScript, Definitions>();

/** Adds what a text defines, which is looked for once. */
function define(script: ParsedScript, shell: Shell): void {
  const own = definitions.get(script) ?? noDefinitions();
  if (!definitions.has(script)) collectDefinitions(script, own);
  definitions.set(script, own);
  shell.spend(1 + (own.functions.size + own.variables.size) / 16);
  for (const name of own.maybe) shell.maybe.add(name);
  for (const name of own.maybeSet) shell.maybeSet.add(name);
  for (const name of own.exported) shell.exported.add(name);
  shell.isDynamic ||= own.isDynamic;
  shell.isOpen ||= own.isDynamic;
  for (const [name, bodies] of own.functions)
    shell.functions.set(name, [...new Set([...(shell.functions.get(name) ?? []), ...bodies])]);
  for (const [name, value] of own.variables) {
    const before = shell.variables.get(name);
    shell.variables.set(name, before === undefined || before === value ? value : 'many');
  }
  for (const [name, values] of own.appended) shell.appended.set(name, values);
}

function childShell(given: Given, way: Way, at: At): Shell {
  const { shell: parent, path } = at;
  const isOpen = at.isEnvironmentOpen;
  const exported = [...parent.functions].filter(([name]) => parent.exported.has(name));
  return {
    ...noDefinitions(),
    functions: new Map(exported),
    // Only some shells take functions from others.
    maybe: new Set(parent.exported),
    exported: new Set(parent.exported),
    home: given.home,
    self: given.home === undefined || given.name === undefined ? undefined : `${given.home}/${given.name}`,
    isChild: false,
    environment(name) {
      if (name === 'PATH' && path !== undefined) return path.includes(UNKNOWN) ? 'unknown' : path;
      const own = parent.variables.get(name);
      if (own === undefined) return parent.environment(name);
      if (own === 'many' || own.type === 'ArrayValue' || name !== 'PATH') return 'unknown';
      return wordValue(own, way, { ...parent, variables: withoutName(parent, name) }) ?? 'unknown';
    },
    exits: [],
    isOpen: isOpen || given.isLogin === true || parent.isOpen || parent.isDynamic,
    isLoud: parent.isLoud,
    hasSourced: false,
    isLenient: false,
    isErrTraced: false,
    isPosix: given.isPosix === true,
    spend: parent.spend,
    isTrapped: false,
    mayStop: false,
  };
}

function withoutName({ variables }: Shell, name: string): Shell['variables'] {
  const others = new Map(variables);
  others.delete(name);
  return others;
}
