import type { GoesOn } from '../../contracts/log-headers.ts';
import { blocksAround, isApart, isCertain, type Standing } from './blocks-around.ts';
import { doesWork, followsFailure, isAssignment } from './follows-failure.ts';
import { agentNamed } from './known-agents.ts';
import { isNamedByVariable, isTriedAgain } from './named-by-variable.ts';
import type { Reading, ReadLine, ReadStep } from './read-command.ts';
import type { ReadingEffort } from './reading-effort.ts';
import { SHELLS } from './script-lines.ts';
import { type ShellCommand, withoutKeywords } from './shell-commands.ts';
import { withoutFunctions } from './shell-functions.ts';
import { baseName } from './shell-line.ts';
import { mayTurnOff, optionsAt } from './shell-options.ts';
import { statementStart } from './statement-start.ts';

/**
 * `ends`: nothing is known to follow its agent's failure · `unseen`: no agent is named, and something follows each program of a script that
 * may be one.
 */
type End = GoesOn | 'ends' | 'no agent' | 'unseen';

/** Of what a command may run, that which makes most follow. */
const gravest = (ends: readonly End[]): End =>
  (['commands', 'unseen', 'turns', 'ends'] as const).find((one) => ends.includes(one)) ?? 'no agent';

/** Programs that start a command once for each thing they are given, or again and again. */
const REPEATERS = new Set([
  'trap',
  'xargs',
  'parallel',
  'find',
  'retry',
  'watch',
  'entr',
  'nodemon',
  'concurrently',
  'coproc',
]);

/** In a script of more commands than this, what follows its agent is not told. */
const MAX_COMMANDS = 200;

/**
 * What a command still has to do where its agent fails: `claude … || other …`, `for try in 1 2 3; do claude …; done`, `xargs claude`, or an
 * agent that reads its prompts from its input. Undefined where nothing is known to follow: an agent alone, the last command of a shell's line, one
 * whose success the others wait for (`claude … && git push`), and a program that is not read. Of a script that is read and not
 * understood, anything may follow.
 */
export function goesOnAfterFailure(reading: Reading): GoesOn | undefined {
  try {
    const end = endOf(reading);
    if (end === 'unseen') return 'commands';
    return end === 'ends' || end === 'no agent' ? undefined : end;
  } catch {
    // What can't be read never holds a run up.
    return 'commands';
  }
}

/** @throws {Error} where not all could be read, or more effort is asked for than is left */
function endOf(reading: Reading | undefined): End {
  if (!reading) return 'no agent';
  const { words, agent, inner, line, isFed, isCut, isUnread, others } = reading;
  if (others) return gravest([{ ...reading, others: undefined }, ...others].map(endOf));
  if (isUnread) return 'commands';
  if (isCut) throw new Error('not all could be read');
  if (agent) return agent.readsTurns?.(words.slice(1)) ? 'turns' : 'ends';
  if (REPEATERS.has(baseName(words[0] ?? ''))) return startsAgent(reading) ? 'commands' : 'no agent';
  if (isFed) return 'unseen';
  if (inner) return endOf(inner);
  return line ? endOfLine(line, reading.effort) : 'no agent';
}

function endOfLine({ steps, flags, isScript, isSourced }: ReadLine, effort: ReadingEffort): End {
  // A line that can't be read may have anything behind its agent.
  if (!steps || steps.some(isAliasOfAgent)) return 'commands';
  const { commands, functions } = withoutFunctions(steps, effort);
  for (const [name, body] of functions) {
    effort.spend(steps.length);
    const isNamed = isSourced || steps.filter(({ words }) => words.some((word) => word.includes(name))).length > 1;
    if (isNamed && body.some((step) => isAgent(endOfStep(step, effort)))) return 'commands';
  }
  const ends = commands.map((step) => {
    const isCall = step.run !== undefined && functions.has(withoutKeywords(step.words)[0] ?? '');
    return isCall && startsAgent(step.run as Reading) ? 'commands' : endOfStep(step, effort);
  });
  const standings = blocksAround(commands);
  // Where a script is sourced, a condition around it may keep its failures from ending the shell.
  const isLoose = isSourced || [...functions.values()].flat().some(mayTurnOff);
  const line = { commands, standings, flags: isLoose ? [] : flags, isLoose };
  // A trap may be sprung at any time.
  if (commands.some(({ words }, at) => withoutKeywords(words)[0] === 'trap' && isAgent(ends[at] as End)))
    return 'commands';
  if (!ends.some(isAgent)) {
    const isUnseen = ends.includes('unseen') || mayHoldAgent(line, effort, isScript);
    return isUnseen ? 'unseen' : 'no agent';
  }
  // Nothing of this line follows where the shell has become the agent.
  const isLast = (at: number) => replacesShell(commands, at, standings[at]);
  const agents = [...ends.keys()].filter((at) => isAgent(ends[at] as End));
  const first = agents.find((at) => !isLast(at)) ?? (agents[0] as number);
  const others = agents.filter((at) => at < first).map((at) => ends[at] as End);
  const end = endOfAgent(line, first, ends, isLast(first));
  return [end, ...others].find((one) => one !== 'ends') ?? 'ends';
}

interface Line {
  readonly commands: readonly ReadStep[];
  readonly standings: readonly Standing[];
  readonly flags: readonly string[];
  /** One of its functions may turn options off. */
  readonly isLoose: boolean;
}

const optionsOf = ({ commands, flags, standings, isLoose }: Line, at: number) =>
  isLoose ? { errexit: false, pipefail: false } : optionsAt(commands, at, flags, standings);

/** @param isLast nothing of the line follows it */
function endOfAgent(line: Line, first: number, ends: readonly End[], isLast: boolean): End {
  const { commands } = line;
  const isPiped = ({ after }: ShellCommand) => /^\|&?\n*$/.test(after);
  const behind = commands.findIndex((command, at) => at > first && !isPiped(command));
  // Another agent in its pipe works on what this one said, or on nothing.
  if (ends.slice(first + 1, behind === -1 ? undefined : behind).some(isAgent)) return 'commands';
  if (isFallback(commands, first) || commands.slice(0, first).some((_one, at) => isTriedAgain(commands, at)))
    return 'commands';
  if (isLast) return ends[first] as End;
  const mayEndWell = mayHideFailure(commands[first] as ReadStep);
  const start = statementStart(commands, first);
  if (!mayEndWell && optionsOf(line, first).errexit && endsShell(line, first, start)) return ends[first] as End;
  const own = commands.slice(start).map((command, at) => (at === 0 ? { ...command, after: '' } : command));
  return followsFailure(own, first - start, optionsOf(line, first), mayEndWell) ? 'commands' : (ends[first] as End);
}

/**
 * Whether a command that fails ends a shell under `set -e`: it stands in no condition, list, pipe or negation, nor does a block around it.
 *
 * @param start where its statement begins
 */
function endsShell({ commands, standings }: Line, at: number, start: number): boolean {
  const { isKnown, isTested, blocks } = standings[at] as Standing;
  const isApartFrom =
    blocks.includes('subshell') || blocks.includes('function') || /[|&]/.test(commands[at]?.after ?? '');
  const isNegated = commands.slice(start, at + 1).some(({ words }) => words.includes('!'));
  if (!isKnown || isTested || isApartFrom || isNegated) return false;
  for (let next = at + 1; next < commands.length; next += 1) {
    const { after } = commands[next] as ReadStep;
    if (/[|&]/.test(after)) return false;
    if (standings[next]?.outside === 0 && /[;\n]/.test(after)) return true;
  }
  return true;
}

/** Whether the shell of a line becomes the program that a command names: `exec claude …`. */
function replacesShell(commands: readonly ReadStep[], at: number, standing: Standing | undefined): boolean {
  const words = withoutKeywords(commands[at]?.words ?? []).filter((word) => !isAssignment(word));
  // A block may be a part of a pipe as a whole.
  const isPiped = commands.some((_one, other) => other >= at && isApart(commands, other));
  const isPlain = !isApart(commands, at) && (standing?.blocks.length === 0 || !isPiped);
  const isOwn = standing?.isKnown === true && !standing.blocks.includes('subshell') && isPlain;
  return words[0] === 'exec' && words.length > 1 && isOwn;
}

/** Whether a step with an agent may end well where that fails: as a line of its own, or beside the substitution that holds it. */
function mayHideFailure({ words, run, substituted = [] }: ReadStep): boolean {
  const isWithin = isAgent(endOf(run)) ? !endsAsAgent(run) : substituted.length > 0;
  // `answer=$(claude …)` fails as its agent does.
  const isPlain = words.every(isAssignment) && substituted.length === 1 && substituted[0]?.steps?.length === 1;
  return isWithin && !isPlain;
}

/** Whether a command is an agent, or a shell whose last command is one. */
function endsAsAgent(reading: Reading | undefined): boolean {
  const { words = [], agent, inner, line, others } = reading ?? {};
  if (others) return false;
  if (agent || inner) return agent !== undefined || endsAsAgent(inner);
  const isShell = line?.isScript === true || SHELLS.has(baseName(words[0] ?? ''));
  const { steps = [] } = line ?? {};
  const last = steps.length - 1;
  if (steps.some(({ words }) => words[0] === '!' || words[0] === 'trap')) return false;
  return isShell && isCertain(steps, last, blocksAround(steps)[last]) && endsAsAgent(steps[last]?.run);
}

function endOfStep({ run, substituted = [] }: ReadStep, effort: ReadingEffort): End {
  const ends = [endOf(run), ...substituted.map((one) => endOfLine(one, effort))].filter((end) => end !== 'no agent');
  return ends.filter(isAgent).length > 1 ? 'commands' : (ends.find(isAgent) ?? ends[0] ?? 'no agent');
}

/** `alias claude="retry claude"`: its name runs it in a way that is not read. */
const isAliasOfAgent = ({ words: [name, ...rest] }: ReadStep) =>
  name === 'alias' && rest.some((word) => word.split(/[\s=]+/).some(agentNamed));

const isAgent = (end: End): boolean => end !== 'no agent' && end !== 'unseen';

/**
 * Whether any program of a line without a known agent may be one behind which the line goes on. Of a line that stands in no script, only a program
 * that a variable names; of a script, such a program alone is enough.
 */
function mayHoldAgent(line: Line, effort: ReadingEffort, isScript: boolean): boolean {
  const { commands } = line;
  if (commands.length > MAX_COMMANDS) return isScript;
  return commands.some((command, at) => {
    effort.spend(commands.length);
    if (!doesWork(command)) return false;
    // What is sourced or evaluated before something else only prepares that.
    const [name = '', first] = withoutKeywords(command.words);
    if (name === 'source' || name === '.' || (name === 'eval' && first === '_'))
      return !commands.slice(at + 1).some(doesWork);
    const isOpen = isNamedByVariable(command);
    if (!isScript && !isOpen) return false;
    return (isScript && isOpen) || followsFailure(commands, at, optionsOf(line, at), false);
  });
}

/** Whether an agent is what is left to do where a program before it fails, which may have been another agent: `./try.sh || claude …`. */
function isFallback(commands: readonly ShellCommand[], at: number): boolean {
  const { after, words } = commands[at] as ShellCommand;
  return (after.includes('||') || words[0] === 'else') && commands.slice(0, at).some(doesWork);
}

/** Whether a program's words have an agent that it may start: as words of their own, or, as `parallel` takes it, in a line. */
function startsAgent(reading: Reading): boolean {
  for (const one of reading.given()) if (endOf(one) !== 'no agent') return true;
  return false;
}
