import { type ParsedScript, parse } from 'unbash';
import type { Found, ScriptFiles } from '../script-files.ts';
import { noDefinitions } from './definitions.ts';
import { runWords } from './run-words.ts';
import { type At, type Finding, isOpen, MAX_TEXT, type Shell, type Walk } from './walk-context.ts';
import { walkList, walkNode } from './walk-nodes.ts';
import type { Way } from './ways.ts';

/** Where a command is run. */
export interface Surroundings {
  readonly files: ScriptFiles;
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** So many ways and words are looked at, so that no text holds a start up. */
const MAX_STEPS = 50_000;
/** A look for a program in all folders costs beside one word. */
const STEPS_OF_FIND = 40;
/** So much text is read in all. */
const MAX_READ = 512 * 1024;

/**
 * Walks all ways that a command and its scripts may take where agents and other programs end well or fail. Nothing is run, and nothing
 * is thrown: past what may be read, anything may follow.
 */
export function walkCommand(words: readonly string[], { files, folder, env }: Surroundings): Finding {
  const finding: Finding = {
    follows: false,
    trapWorks: false,
    isUnread: false,
    isBehind: false,
    isFirst: false,
    agentRuns: 0,
    programRuns: 0,
    workRuns: 0,
    agents: [],
  };
  const parsed = new Map<string, ParsedScript>();
  let steps = 0;
  let read = 0;
  const known = new Map<string, readonly string[]>();
  const found = new Map<string, Found>();
  const walk: Walk = {
    finding,
    path: env.PATH,
    files: {
      ...files,
      find(name, place, path) {
        const isFromFolder = name.includes('/') || /(?:^|:)[^/]/.test(path ?? '');
        const key = `${name}\0${isFromFolder && place}\0${name.includes('/') || path}`;
        if (isOpen(name)) return 'unread';
        const before = found.get(key);
        if (before !== undefined) return before;
        walk.spend(STEPS_OF_FIND);
        const now = files.find(name, place, path);
        found.set(key, now);
        return now;
      },
    },
    same(some) {
      const key = some.join('\0');
      walk.spend(1 + key.length / 64);
      const before = known.get(key);
      if (!before) known.set(key, some);
      return before ?? some;
    },
    parse(text) {
      const before = parsed.get(text);
      if (before) return before;
      read += text.length;
      if (text.length > MAX_TEXT || read > MAX_READ) throw new Error('too much text to read');
      // A shell takes the other half of such a line break for a part of its words.
      if (text.includes('\r\n')) throw new Error('lines end as on Windows');
      const script = parse(text);
      parsed.set(text, script);
      return script;
    },
    spend(more) {
      steps += more;
      if (steps > MAX_STEPS) throw new Error('too many ways to look at');
    },
    list: (statements, ways, at) => walkList(walk, statements, ways, at),
    node: (node, ways, at) => walkNode(walk, node, ways, at),
    words: (some, way, at) => runWords(walk, some, way, at),
  };
  try {
    runWords(walk, words, startIn(folder), topOf(env, walk.spend));
  } catch {
    finding.follows = true;
    finding.isUnread = true;
  }
  return finding;
}

const startIn = (folder: string): Way => ({
  agent: 'well',
  ok: true,
  errexit: false,
  pipefail: false,
  folder,
  args: undefined,
  written: '',
  isHeard: false,
  hasRun: false,
});

function topOf(env: Surroundings['env'], spend: Walk['spend']): At {
  const shell: Shell = {
    ...noDefinitions(),
    home: undefined,
    self: undefined,
    isChild: false,
    environment: (name) => env[name],
    exits: [],
    isOpen: false,
    isLoud: false,
    hasSourced: false,
    isLenient: false,
    isErrTraced: false,
    isPosix: false,
    spend,
    isTrapped: false,
    mayStop: false,
  };
  return {
    shell,
    isTested: false,
    loops: [],
    voice: 'heard',
    isCaptured: false,
    isSubstituted: false,
    isLoose: false,
    isExact: true,
    isAgentScript: false,
    isInScript: false,
    isInShell: false,
    isTop: true,
    path: undefined,
    isEnvironmentOpen: false,
    isElsewhere: false,
    isNoFunction: false,
    isReplacing: false,
    begun: [],
    node: undefined,
    depth: 0,
  };
}
