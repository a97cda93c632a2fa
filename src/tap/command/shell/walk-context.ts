import type { ParsedScript, Statement, SyntaxNode } from 'unbash';
import type { KnownAgent } from '../known-agents.ts';
import type { ScriptFiles } from '../script-files.ts';
import type { Definitions } from './definitions.ts';
import type { Way } from './ways.ts';

/** What was found on all ways of a command. */
export interface Finding {
  /** Something works although an agent before it may have failed, or is not read. */
  follows: boolean;
  /** A trap works, whatever springs it. */
  trapWorks: boolean;
  /** Something is run that can't be read. */
  isUnread: boolean;
  /** An agent is run where others may have printed before it. */
  isBehind: boolean;
  /** Others may print behind an agent. */
  isFirst: boolean;
  /** How often an agent was run, and a program that may be one: counted to see which part of a line does. */
  agentRuns: number;
  programRuns: number;
  /** How often anything did work. */
  workRuns: number;
  /** The agents, by where they stand. */
  readonly agents: RunAgent[];
}

export interface RunAgent {
  readonly node: unknown;
  readonly agent: KnownAgent;
  readonly args: readonly string[];
  /** What comes out in the end is not its own output, or its arguments are not all known. */
  readonly isOpen: boolean;
  /** It may read other turns from its input. */
  readonly hasTurns: boolean;
  /** It stands in the command itself, not in a script. */
  readonly isInCommand: boolean;
  /** It runs where the tap sees none of its processes. */
  readonly isElsewhere: boolean;
}

/** One process of a shell. */
export interface Shell extends Definitions {
  /** The folder of its script; undefined where there is none. */
  readonly home: string | undefined;
  /** What it was called as, `$0`; undefined where that is not known. */
  readonly self: string | undefined;
  /** It is a process of its own of another shell: `( … )`. */
  readonly isChild: boolean;
  /** What its variables are where it sets none; undefined where that is not known. */
  readonly environment: (name: string) => string | undefined | 'unknown';
  /** The ways on which it has ended. */
  readonly exits: Way[];
  /** What it has read may have set any variable, `PATH` too. */
  isOpen: boolean;
  /** It has read another file: which one is meant by `BASH_SOURCE` is not known. */
  hasSourced: boolean;
  /** Patterns fit more than what they say. */
  isLenient: boolean;
  /** Its `$(…)` may print where all see it: `exec 1>&2`. */
  isLoud: boolean;
  /** A trap holds in its substitutions too. */
  isErrTraced: boolean;
  /** A shell of POSIX, which may read what is bash's own in another way. */
  readonly isPosix: boolean;
  /** See {@link Walk.spend}. */
  readonly spend: (steps: number) => void;
  /** It ends badly where a variable is not set: `set -u`. */
  mayStop: boolean;
  /** Variables that may be unset, and are taken for it here. */
  readonly absent?: ReadonlySet<string>;
  /** Whether a trap may change how it ends. */
  isTrapped: boolean;
}

/** Ways that leave a loop, or begin its next turn. */
export interface Loop {
  readonly breaks: Way[];
  readonly continues: Way[];
}

/** Where a command stands. */
export interface At {
  readonly shell: Shell;
  /** In a condition, where a failure ends no shell. */
  readonly isTested: boolean;
  /** Where the ways go that return from a function or a sourced script. */
  readonly returns?: Way[] | undefined;
  /** The loops around it, the innermost last. */
  readonly loops: readonly Loop[];
  /** `heard`: what it prints is shown · `kept`: only its errors are · `relay`: it passes an agent's words on. */
  readonly voice: 'heard' | 'kept' | 'relay';
  /** What it reads: a file, or something that is not known. Left out: what the tap itself reads. */
  readonly input?: { readonly file?: string } | undefined;
  /** What it prints goes elsewhere than where the tap reads. */
  readonly isCaptured: boolean;
  /** It stands in a substitution, which keeps what it prints. */
  readonly isSubstituted: boolean;
  /** Some of its words are not known that may be options. */
  readonly isLoose: boolean;
  /** All of its words are known for certain: they stand there, or are what the script was given. */
  readonly isExact: boolean;
  /** It stands in a script that is named as an agent is: the program that it starts is the agent. */
  readonly isAgentScript: boolean;
  readonly isInScript: boolean;
  /** A shell runs it. */
  readonly isInShell: boolean;
  /** It is the command itself. */
  readonly isTop: boolean;
  /** Variables that are not seen may be set for it: `env $(cat .env) ./run.sh`. */
  readonly isEnvironmentOpen: boolean;
  /** The folders in which its programs are looked for, where they are its own: `PATH=./bin claude`. */
  readonly path: string | undefined;
  readonly isElsewhere: boolean;
  /** Functions are not called by this word: `command claude`. */
  readonly isNoFunction: boolean;
  /** It takes the place of its shell: `exec`. */
  readonly isReplacing: boolean;
  /** The scripts, and the ways on which they began, of which each has taken the place of the one before. */
  readonly begun: readonly string[];
  /** What stands for this very command among others. */
  readonly node: unknown;
  readonly depth: number;
}

/** What stands in a word for a part whose value is not known before it runs. */
export const UNKNOWN = '\0';
/** What stands for words of which not even the number is known: `$FLAGS`. */
export const UNKNOWN_WORDS = '\0\0';

/** Whether not all of a word is known. */
export const isOpen = (word: string): boolean => word.includes(UNKNOWN);

/** Whether nothing of a word is known. */
export const isUnknown = (word: string): boolean => word === UNKNOWN || word === UNKNOWN_WORDS;

/** Programs around programs, functions, scripts: more are not followed. */
const MAX_DEPTH = 16;
/** A longer line or script is not read. */
export const MAX_TEXT = 64 * 1024;

/** What walking through a command shares. */
export interface Walk {
  readonly finding: Finding;
  /** The folders in which the tap's own programs are looked for. */
  readonly path: string | undefined;
  readonly files: ScriptFiles;
  /** @throws {Error} for a text that is too long, or past what may be read in all */
  parse(text: string): ParsedScript;
  /** @throws {Error} past what may be looked at in all */
  spend(steps: number): void;
  /** The ways behind some statements. */
  list(statements: readonly Statement[], ways: readonly Way[], at: At): Way[];
  /** The same array for the same words: ways are compared by it. */
  same(words: readonly string[]): readonly string[];
  /** The ways behind any part of a script. */
  node(node: SyntaxNode, ways: readonly Way[], at: At): Way[];
  /** The ways behind a command, by its words. */
  words(words: readonly string[], way: Way, at: At): Way[];
}

/** @throws {Error} where too much stands around a command */
export function deeper(at: At): At {
  if (at.depth >= MAX_DEPTH) throw new Error(`more than ${MAX_DEPTH} programs around programs`);
  return { ...at, depth: at.depth + 1, isTop: false };
}

/** Marks what can't be read: it may run anything, and end anyhow. */
export function unread(walk: Walk, way: Way): Way[] {
  walk.finding.follows = true;
  walk.finding.isUnread = true;
  return [way, { ...way, ok: !way.ok }];
}

/** Marks that a command does work on a way. */
export function works(walk: Walk, way: Way): void {
  walk.finding.workRuns += 1;
  if (way.agent !== 'well') walk.finding.follows = true;
}

/**
 * A way on which something may have printed.
 *
 * @param isQuiet it says nothing but what it is asked to print
 */
export function heard(walk: Walk, way: Way, at: At, isQuiet = false): Way {
  if (at.voice === 'relay' || (isQuiet && at.voice === 'kept' && !at.shell.isLoud)) return way;
  if (way.hasRun) walk.finding.isFirst = true;
  return way.isHeard ? way : { ...way, isHeard: true };
}
