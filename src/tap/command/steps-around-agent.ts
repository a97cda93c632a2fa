import { MAX_DEPTH, MAX_LINE } from './agent-command.ts';
import { agentNamed } from './known-agents.ts';
import { ReadingEffort } from './reading-effort.ts';
import { SHELLS } from './script-lines.ts';
import { type ShellCommand, shellCommands, withoutKeywords } from './shell-commands.ts';
import { baseName, type ScriptFiles, type ShellLine } from './shell-line.ts';
import { unwrapCommand } from './unwrap-command.ts';
import { withoutSubstitutions } from './without-substitutions.ts';

/** Where a command's agent stands among others that may print: `behind` some · `first`, before some · `alone` · it names none. */
export type AgentPlace = 'behind' | 'first' | 'alone' | 'none';

/** What a shell does itself without a word. */
const SILENT = new Set(
  ['', ':', '[', '[[', 'true', 'false', 'test', 'cd', 'set', 'unset', 'shopt', 'export', 'local', 'declare'].concat(
    ['typeset', 'readonly', 'alias', 'shift', 'umask', 'ulimit', 'trap', 'sleep', 'wait', 'exit', 'return'],
    ['break', 'continue', 'for', 'select', 'case', 'esac', 'done', 'fi', 'function'],
  ),
);

/** Words behind which a line is not run from its beginning to its end. */
const LOOPS = new Set(['for', 'while', 'until', 'select', 'function']);

/** Programs that run a command where the tap sees none of its processes. */
const ELSEWHERE = new Set(['docker', 'podman', 'nerdctl', 'kubectl', 'ssh', 'lxc']);

const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;

/** So many scripts are looked for, so that none that name each other are read without end. */
const MAX_LOOKS = 100;

/**
 * Where the known agent stands that a shell's line or a script names. `behind`: `git pull; claude …`, `./run.sh`, and a line that can't be read
 * and has its name as a word. `first`: `claude … && git push`. `alone`: `cd /srv && exec claude …`, `claude … | tee log`. `none`: `make`, a
 * program of Python.
 *
 * @param files where scripts that the command names are read; left out: they are not
 */
export function placeOfAgent(command: readonly string[], files?: ScriptFiles): AgentPlace {
  let looks = 0;
  const effort = new ReadingEffort();
  const counted = (some: ScriptFiles): ScriptFiles => ({
    script: (path) =>
      take(() => {
        const found = some.script(path);
        effort.spend(found?.text.length ?? 0);
        return found;
      }),
    packageScripts: () => take(() => some.packageScripts()),
    within: (folder) => counted(some.within(folder)),
  });
  const take = <Found extends { readonly home: ScriptFiles }>(find: () => Found | undefined): Found | undefined => {
    looks += 1;
    const found = looks > MAX_LOOKS ? undefined : find();
    return found && { ...found, home: counted(found.home) };
  };
  try {
    return placeOf(command, 0, files && counted(files));
  } catch {
    return 'none'; // What is nested too deeply to be read, or takes too long.
  }
}

function placeOf(command: readonly string[], depth: number, files?: ScriptFiles): AgentPlace {
  const [program = '', ...args] = command;
  if (depth > MAX_DEPTH || isQuestion(command) || ELSEWHERE.has(baseName(program))) return 'none';
  if (agentNamed(program)) return 'alone';
  const inner = unwrapCommand(command, files);
  const isGiven = args.some((word) => agentNamed(word));
  if (inner) {
    return 'words' in inner
      ? placeOf(inner.words, depth + 1, files)
      : placeInLine(inner, depth + 1, inner.file ?? files, isGiven);
  }
  const shell = args.findIndex((word) => SHELLS.has(baseName(word)));
  if (shell !== -1) return placeOf(args.slice(shell), depth + 1, files);
  return isGiven ? 'alone' : 'none';
}

/** @param isGiven an agent is named behind the line, which may run it as `"$@"` */
function placeInLine({ line }: ShellLine, depth: number, files: ScriptFiles | undefined, isGiven: boolean): AgentPlace {
  const text = line.length > MAX_LINE ? undefined : withoutSubstitutions(line);
  const commands = text === undefined ? undefined : shellCommands(text);
  if (!commands) return namesAgent(line) ? 'behind' : 'none';
  let here = files;
  const isVariable =
    isGiven || commands.some(({ words }) => words.some((word) => ASSIGNMENT.test(word) && namesAgent(word)));
  const steps = commands.map(({ words, after }) => {
    const own = ownWords(words);
    if (own[0] === 'cd') here = /[$_~]/.test(own[1] ?? '~') ? files : here?.within(own[1] as string);
    const isOpen = own[0]?.startsWith('$') === true;
    return { own, after, isOpen, place: isOpen && isVariable ? 'alone' : placeOf(own, depth, here) };
  });
  if (steps.some(({ place }) => place === 'behind')) return 'behind';
  const prints = ({ own, place }: (typeof steps)[number]) => place === 'none' && mayPrint(own);
  const last = steps.findLastIndex(({ place }) => place !== 'none');
  if (last === -1) return /[$<]\(|`|<</.test(line) && namesAgent(line) && steps.some(prints) ? 'behind' : 'none';
  const isInOrder = !steps.some(({ isOpen }) => isOpen) && commands.every(runsOnce);
  if ((isInOrder ? steps.slice(0, last) : steps).some(prints)) return 'behind';
  const behind = steps.slice(last + 1);
  // What stands behind its pipe says what it says.
  const end = behind.findIndex(({ after }) => !/^\|&?\n*$/.test(after));
  const others = end === -1 ? [] : behind.slice(end);
  return steps.some(({ place }) => place === 'first') || others.some(prints) ? 'first' : 'alone';
}

/** The words of a command without a shell's keywords and assignments before it, and without `exec`. */
function ownWords(words: readonly string[]): readonly string[] {
  const own = withoutKeywords(words);
  const at = own.findIndex((word) => !ASSIGNMENT.test(word) && word !== 'exec');
  return at === -1 ? [] : own.slice(at);
}

const runsOnce = ({ words, after }: ShellCommand) => !words.some((word) => LOOPS.has(word)) && !after.includes('()');

/** A part of `[[ … && -n … ]]` is no program. */
const mayPrint = (words: readonly string[]) =>
  !SILENT.has(words[0] ?? '') && !/^-/.test(words[0] ?? '') && !isQuestion(words);

/** `command -v claude` asks for a program, and starts none. */
function isQuestion([program, option = '']: readonly string[]): boolean {
  return (program === 'command' && /^-[vV]$/.test(option)) || ['type', 'hash', 'which'].includes(program ?? '');
}

/** Whether a text that is not read any further has the name of an agent as a word, and of no program that runs it elsewhere. */
function namesAgent(text: string): boolean {
  const words = text.slice(0, MAX_LINE).split(/[\s;&|(){}<>"'`=]+/);
  return words.some((word) => agentNamed(word)) && !words.some((word) => ELSEWHERE.has(baseName(word)));
}
