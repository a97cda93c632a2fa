import { MAX_DEPTH, MAX_LINE } from './agent-command.ts';
import { blocksAround, type Standing } from './blocks-around.ts';
import { fedShell } from './fed-shell.ts';
import { doesMore } from './follows-failure.ts';
import { agentNamed, type KnownAgent } from './known-agents.ts';
import { ReadingEffort } from './reading-effort.ts';
import { SHELLS } from './script-lines.ts';
import { type ShellCommand, shellCommands, withoutKeywords } from './shell-commands.ts';
import { baseName, type ScriptFiles, type ShellLine, unknownFolder } from './shell-line.ts';
import { functionsOf, mayBeAny, type ShellState, stateBehind, stateOf, withGiven } from './shell-state.ts';
import { unwrapCommand } from './unwrap-command.ts';
import { type PlainLine, splitSubstitutions } from './without-substitutions.ts';

/** What a command runs, as far as its words and its scripts tell before it does: programs around programs, lines, scripts. */
export interface Reading {
  readonly words: readonly string[];
  /** It is an agent. */
  readonly agent?: KnownAgent | undefined;
  /** The command that its first word runs: of `timeout 60 claude`, `claude`. */
  readonly inner?: Reading;
  /** The shell's line or script that it runs. */
  readonly line?: ReadLine;
  /** Of a program that is not known: what the shell among its arguments runs. */
  readonly shell?: Reading;
  /** What else it may run, where its words have alternatives. */
  readonly others?: readonly Reading[] | undefined;
  /** It runs a script or a line that is not known before. */
  readonly isUnread?: boolean;
  /** It is a shell that reads its commands from elsewhere. */
  readonly isFed?: boolean;
  /** It was too much to read, or could not be read: it may run anything. */
  readonly isCut?: boolean;
  /** Each command that its arguments may be, as words or in one line of them, without scripts. Read when asked for, which may throw. */
  given(): Iterable<Reading>;
  /** What is left for this and for all that is told from it. */
  readonly effort: ReadingEffort;
}

/** A command of a line, and what it runs; undefined where another word has taken its place. */
export interface ReadStep extends ShellCommand {
  readonly run?: Reading | undefined;
  /** What its substitutions run, before it or beside it: `$(…)`, backticks, `<(…)`. */
  readonly substituted?: readonly ReadLine[];
}

export interface ReadLine {
  readonly text: string;
  /** In the order of the text, those in functions too. Undefined where it can't be read. */
  readonly steps: readonly ReadStep[] | undefined;
  readonly flags: readonly string[];
  readonly isScript: boolean;
  readonly isSourced: boolean;
  /** Some of its commands do more than to read or reshape what is there, or it can't be read. */
  readonly works: boolean;
}

/** What a look for a program in all folders costs beside one character. */
const STEPS_OF_COMMAND = 150;

/**
 * Reads a command, and the scripts that it names. Nothing is thrown: what can't be read is marked so.
 *
 * @param files where the scripts are read; left out: they are not
 * @param effort what reading may take
 */
export function readCommand(command: readonly string[], files?: ScriptFiles, effort = new ReadingEffort()): Reading {
  // Once something was too much to read, the rest is not followed: folders and words that grow from step to step would cost more than they say.
  let isOver = false;
  const read = (words: readonly string[], depth: number, state?: ShellState): Reading => {
    const agent = agentNamed(words[0] ?? '');
    const known = { words, effort, agent, given: () => given(words, depth) };
    if (depth > MAX_DEPTH || words.length === 0) return { ...known, words: [], agent: undefined };
    if (isOver) return { ...known, isCut: true };
    try {
      effort.spend(STEPS_OF_COMMAND + words.length);
      const inner = agent ? undefined : unwrapCommand(words, state?.files);
      if (inner && 'unread' in inner) return { ...known, isUnread: inner.unread === 'open' || state?.isLater === true };
      if (inner && 'words' in inner)
        return { ...known, inner: read(inner.words, depth + 1, stateWithin(words, inner.words, state)) };
      if (inner) return { ...known, line: readLine(inner, depth + 1, state) };
      if (!agent && state && mayBeAny(words[0] as string, state)) return { ...known, isUnread: true };
      const shell = agent ? -1 : words.findIndex((word, at) => at > 0 && SHELLS.has(baseName(word)));
      return shell === -1 ? known : { ...known, shell: read(words.slice(shell), depth + 1, state) };
    } catch {
      isOver = true;
      return { ...known, isCut: true };
    }
  };

  const readLine = (shell: ShellLine, depth: number, from?: ShellState): ReadLine => {
    const { line, flags = [], file, isSourced = false, args } = shell;
    const split = splitLine(line);
    const standings = blocksAround(split?.commands ?? []);
    // A loop may set the words that it uses the next time.
    const isSetAgain = split?.commands.some(
      ({ words }, at) =>
        standings[at]?.blocks.includes('loop') && /^(?:set|shift)$/.test(withoutKeywords(words)[0] ?? ''),
    );
    let state: ShellState | undefined = from && {
      files: shell.folder ?? from.files,
      home: file ?? from.home,
      given: isSetAgain ? [] : args ? [args] : from.given,
      isLater: from.isLater,
      isPathSet: from.isPathSet,
      functions: new Set([...from.functions, ...functionsOf(split?.commands ?? [])]),
    };
    const steps = split?.commands.map((step, at): ReadStep => {
      if (isOver) state = undefined;
      const inner = (step.substitutions ?? []).map((number) => split.inner[number]);
      const substituted = inner.map((one) => readWithin(one, depth + 1, state));
      const own = withoutKeywords(step.words);
      const standing = standings[at] as Standing;
      const [words = [], ...others] = state ? withGiven(own, state, standing.blocks) : [own];
      const keywords = step.words.slice(0, step.words.length - own.length);
      const told = others.length === 0 ? { ...step, words: [...keywords, ...words] } : step;
      const alone = readFed(told, depth, state) ?? read(words, depth, state);
      const run = others.length === 0 ? alone : { ...alone, others: others.map((one) => read(one, depth, state)) };
      state = state && stateBehind(state, split.commands, at, standing, inner[0]);
      return { ...told, run, substituted };
    });
    const works = !steps || steps.some(doesMore);
    return { text: line, steps, flags, isScript: file !== undefined, isSourced, works };
  };

  /** What a substitution runs; without steps where that is too much, or can't be read. */
  const readWithin = (line: string | undefined, depth: number, from?: ShellState): ReadLine => {
    const unread = { text: line ?? '', steps: undefined, flags: [], isScript: false, isSourced: false, works: true };
    if (line === undefined || depth > MAX_DEPTH) return unread;
    try {
      return readLine({ line }, depth, from);
    } catch {
      return unread;
    }
  };

  /** The script that a shell reads from its input; undefined for any other command. */
  const readFed = (step: ShellCommand, depth: number, state?: ShellState): Reading | undefined => {
    const fed = fedShell(step);
    if (!fed) return undefined;
    const isKnown = fed.script !== undefined && state?.files.script(fed.script) !== undefined;
    if (isKnown) return read([...fed.shell, fed.script as string], depth, state);
    return { words: withoutKeywords(step.words), effort, given: () => [], isFed: true };
  };

  function* given(words: readonly string[], depth: number): Generator<Reading> {
    for (const [at, word] of words.entries()) {
      if (at === 0) continue;
      yield read(words.slice(at), depth + 1);
      const line = /\s/.test(word) ? splitLine(word) : undefined;
      for (const one of line?.commands ?? []) yield read(withoutKeywords(one.words), depth + 1);
    }
  }

  const splitLine = (line: string): (Pick<PlainLine, 'inner'> & { commands: readonly ShellCommand[] }) | undefined => {
    if (line.length > MAX_LINE) return undefined;
    effort.spend(line.length);
    const split = splitSubstitutions(line);
    const commands = split && shellCommands(split.plain);
    return commands && { commands, inner: split.inner };
  };

  return read(command, 0, files && stateOf(files));
}

/** What holds for the program that another one starts, which may name another folder or path: `env -C sub ./run.sh`, `PATH=bin my-agent`. */
function stateWithin(words: readonly string[], inner: readonly string[], state?: ShellState): ShellState | undefined {
  const own = words.slice(0, words.length - inner.length);
  const isOther = own.some((word) => /^(?:-[CD]|--chdir|--working-directory|--wd)(?:$|=)/.test(word));
  const isPathSet = state?.isPathSet === true || own.some((word) => word.startsWith('PATH='));
  return state && { ...state, isPathSet, files: isOther ? unknownFolder(state.files) : state.files };
}
