import { MAX_LINE } from './agent-command.ts';
import { agentNamed } from './known-agents.ts';
import { QUIET_PROGRAMS } from './quiet-programs.ts';
import type { Reading, ReadLine } from './read-command.ts';
import { type ShellCommand, wordsBehind } from './shell-commands.ts';
import { baseName } from './shell-line.ts';

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

/** What stands before a command and leaves open who prints. */
const PREFIX = /^(?:exec$|[A-Za-z_]\w*\+?=)/;

/**
 * Where the known agent stands that a shell's line or a script names. `behind`: `git pull; claude …`, `./run.sh`, and a line that can't be read
 * and has its name as a word. `first`: `claude … && git push`. `alone`: `cd /srv && exec claude …`, `claude … | tee log`. `none`: `make`, a
 * program of Python.
 */
export function placeOfAgent(reading: Reading): AgentPlace {
  const { words, agent, inner, line, shell, others, isUnread, isCut } = reading;
  if (others) {
    const places = [{ ...reading, others: undefined }, ...others].map(placeOfAgent);
    return (['behind', 'first', 'alone'] as const).find((one) => places.includes(one)) ?? 'none';
  }
  // It may name an agent, and print before it.
  if (isUnread || isCut) return 'behind';
  const [program = '', ...args] = words;
  if (isQuestion(words) || ELSEWHERE.has(baseName(program))) return 'none';
  if (agent) return 'alone';
  if (inner) return placeOfAgent(inner);
  const isGiven = args.some((word) => agentNamed(word));
  if (line) return placeInLine(line, isGiven);
  if (shell) return placeOfAgent(shell);
  return isGiven ? 'alone' : 'none';
}

/** @param isGiven an agent is named behind the line, which may run it as `"$@"` */
function placeInLine({ text, steps: all }: ReadLine, isGiven: boolean): AgentPlace {
  if (!all) return namesAgent(text) ? 'behind' : 'none';
  const isVariable =
    isGiven || all.some(({ words }) => words.some((word) => ASSIGNMENT.test(word) && namesAgent(word)));
  const steps = all.map(({ words, after, run, substituted = [] }) => {
    const own = wordsBehind(words, PREFIX);
    const isOpen = own[0]?.startsWith('$') === true;
    const place: AgentPlace = isOpen && isVariable ? 'alone' : run ? placeOfAgent(run) : 'none';
    return { own, after, isOpen, place, isHeard: substituted.some(isHeard) };
  });
  if (steps.some(({ place }) => place === 'behind')) return 'behind';
  const prints = ({ own, place, isHeard }: (typeof steps)[number]) => isHeard || (place === 'none' && mayPrint(own));
  const last = steps.findLastIndex(({ place }) => place !== 'none');
  if (last === -1) return /[$<]\(|`|<</.test(text) && namesAgent(text) && steps.some(prints) ? 'behind' : 'none';
  const isInOrder = !steps.some(({ isOpen }) => isOpen) && all.every(runsOnce);
  if (steps[last]?.isHeard || (isInOrder ? steps.slice(0, last) : steps).some(prints)) return 'behind';
  const behind = steps.slice(last + 1);
  // What stands behind its pipe says what it says.
  const end = behind.findIndex(({ after }) => !/^\|&?\n*$/.test(after));
  const others = end === -1 ? [] : behind.slice(end);
  return steps.some(({ place }) => place === 'first') || others.some(prints) ? 'first' : 'alone';
}

/** Whether a substitution may print where all see it: errors, and what is sent where errors go. */
function isHeard({ text, steps }: ReadLine): boolean {
  if (!steps || />\s*(?:&2|\/dev\/)/.test(text.replace(/>\s*\/dev\/null/g, '')) || /\/dev\/(?:stderr|tty)/.test(text))
    return true;
  return steps.some(({ words, substituted = [] }) => {
    const own = wordsBehind(words, PREFIX);
    return substituted.some(isHeard) || (mayPrint(own) && !QUIET_PROGRAMS.has(baseName(own[0] ?? '')));
  });
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
