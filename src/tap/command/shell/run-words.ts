import { agentNamed } from '../known-agents.ts';
import { type PackageLine, packageScript } from '../package-scripts.ts';
import { baseName, isShellText, optionsSet, SHELLS, shellCall, shellOf } from '../shell-call.ts';
import { isInterpreter, runBy, unwrapCommand } from '../unwrap-command.ts';
import { BUILTINS, together } from './builtins.ts';
import {
  ELSEWHERE,
  ORDINARY_PROGRAMS,
  QUIET_PROGRAMS,
  READS_ONLY,
  REPEATERS,
  STARTING_WORDS,
  TIDY_PROGRAMS,
  WRITERS,
  WRITES_ANY,
} from './programs.ts';
import { inChild, runInShell } from './run-script.ts';
import { isCommand, isGivenCommand, type Started, startedWords } from './started-words.ts';
import { type At, deeper, heard, UNKNOWN, unread, type Walk, works } from './walk-context.ts';
import { distinct, ended, endedAnyhow, graver, mayBeWritten, type Way, withWritten } from './ways.ts';
import { wordValue } from './word-values.ts';

/** The ways behind a command by its words: a function, a builtin, an agent, a program around another one, a script, any other program. */
export function runWords(walk: Walk, words: readonly string[], way: Way, at: At): Way[] {
  const [name = '', ...rest] = words;
  walk.spend(1 + words.length / 8);
  if (words.length === 0) return [ended(way, true)];
  if (name === '') return [ended(way, false)];
  if (/^[A-Za-z_]\w*\+?=/.test(name)) return runWords(walk, rest, way, name.startsWith('PATH=') ? withPath(at) : at);
  const bodies = at.isNoFunction ? undefined : at.shell.functions.get(name);
  if (bodies) return callFunction(walk, bodies, rest, way, at);
  if (name === UNKNOWN) return runUnknown(walk, words, way, at);
  if (name === 'exec') return replaceShell(walk, rest, way, at);
  if (name === 'command' && /^-\w*[vV]/.test(rest[0] ?? '')) return endedAnyhow(way);
  if (name === 'command' || name === 'builtin')
    return runWords(
      walk,
      rest.filter((word, index) => index > 0 || word !== '-p'),
      way,
      { ...at, isNoFunction: true },
    );
  const builtin = BUILTINS.get(name);
  if (builtin) return builtin(walk, words, way, at);
  const alone = { ...deeper(at), isNoFunction: true };
  if (SHELLS.has(baseName(name))) return runShell(walk, rest, way, alone);
  const agent = agentNamed(name);
  if (agent) {
    const wrapper = at.isAgentScript ? undefined : agentScript(walk, words, way, at);
    if (wrapper === 'unread') return unread(walk, way);
    return wrapper
      ? runAgentScript(walk, words, wrapper, way, { ...alone, isAgentScript: true })
      : runAgent(walk, words, way, at);
  }
  return runProgram(walk, words, way, alone);
}

interface ScriptText {
  readonly text: string;
  readonly home: string;
}

function runAgent(walk: Walk, words: readonly string[], way: Way, at: At): Way[] {
  const { finding } = walk;
  works(walk, way);
  noteAgent(walk, words, at);
  finding.agentRuns += 1;
  // What a substitution keeps is printed by others.
  if ((way.isHeard || at.isSubstituted) && !at.isElsewhere) finding.isBehind = true;
  const behind = { ...way, hasRun: way.hasRun || !at.isElsewhere };
  return [ended(behind, true), { ...behind, ok: false, agent: 'failed' }];
}

function noteAgent({ finding }: Walk, [name = '', ...args]: readonly string[], at: At): void {
  const agent = agentNamed(name);
  const { isElsewhere, isInScript, isCaptured, isLoose, node } = at;
  const isOpen = isCaptured || isLoose;
  if (agent) finding.agents.set(node ?? name, { agent, args, isOpen, isInCommand: !isInScript, isElsewhere });
}

/** The script in an agent's place, where its name is one's on the path: a wrapper around the real one. */
function agentScript(walk: Walk, [name = '']: readonly string[], way: Way, at: At) {
  const path = pathAt(way, at);
  if (path === undefined && !name.includes('/')) return undefined;
  if (name.includes('/') && mayBeWritten(way, baseName(name))) return 'unread';
  const found = walk.files.find(name, way.folder, path);
  return typeof found !== 'string' && isShellText(found.text, baseName(name)) ? found : undefined;
}

/** A script that is named as an agent is: where no agent is seen in it, it counts as one. */
function runAgentScript(walk: Walk, words: readonly string[], found: ScriptText, way: Way, at: At): Way[] {
  const { agentRuns } = walk.finding;
  noteAgent(walk, words, at);
  const ends = runProgramFile(walk, words, found, way, at);
  return walk.finding.agentRuns > agentRuns ? ends : runAgent(walk, words, way, at);
}

/** A program that is named by what is not known. */
function runUnknown(walk: Walk, words: readonly string[], way: Way, at: At): Way[] {
  // A script with an agent's name starts the agent.
  return at.isAgentScript ? runAgent(walk, words, way, at) : unread(walk, way);
}

function replaceShell(walk: Walk, words: readonly string[], way: Way, at: At): Way[] {
  const own = words[0] === '-a' ? words.slice(2) : words[0] === '-c' || words[0] === '-l' ? words.slice(1) : words;
  if (own.length === 0) return [ended(way, true)];
  at.shell.exits.push(...runWords(walk, own, way, { ...at, isNoFunction: true }));
  return [];
}

function callFunction(
  walk: Walk,
  bodies: NonNullable<ReturnType<At['shell']['functions']['get']>>,
  args: readonly string[],
  way: Way,
  at: At,
): Way[] {
  const returns: Way[] = [];
  const inner = { ...deeper(at), returns, loops: [], isNoFunction: false, node: undefined };
  const known = args.includes(UNKNOWN) ? undefined : args;
  const ends = bodies.flatMap((body) => walk.node(body, [{ ...way, args: known }], inner));
  return distinct([...ends, ...returns].map((end) => ({ ...end, args: way.args })));
}

function runShell(walk: Walk, words: readonly string[], way: Way, at: At): Way[] {
  const call = shellCall(words);
  if (!call || words.some((word) => word === UNKNOWN && word === (call.line ?? call.script))) return unread(walk, way);
  const { line, script, options, isLogin } = call;
  const args = call.args.includes(UNKNOWN) ? undefined : call.args;
  if (line !== undefined)
    return runInShell(walk, { text: line, args, options, isLogin }, way, { ...at, input: at.input });
  const file = script ?? at.input?.file;
  if (file === undefined) return words.length === 0 && at.isTop ? endedAnyhow(way) : unread(walk, way);
  const path = file.includes('/') ? file : `./${file}`;
  const found = walk.files.find(path, way.folder, undefined);
  if (mayBeWritten(way, baseName(file))) return unread(walk, way);
  // What is missing may be written before it is run.
  if (typeof found === 'string') return found === 'none' && !at.isInShell ? [ended(way, false)] : unread(walk, way);
  return runInShell(walk, { text: found.text, home: found.home, args, options, isLogin }, way, at);
}

/** Runs the file of a program, a script of a shell. */
function runProgramFile(
  walk: Walk,
  [, ...args]: readonly string[],
  { text, home }: ScriptText,
  way: Way,
  at: At,
): Way[] {
  const options = optionsSet({ errexit: false, pipefail: false }, shellOf(text)?.slice(1) ?? []);
  return runInShell(walk, { text, home, args: args.includes(UNKNOWN) ? undefined : args, options }, way, at);
}

function runProgram(walk: Walk, words: readonly string[], way: Way, at: At): Way[] {
  const [name = '', ...rest] = words;
  const base = baseName(name);
  const script = packageScript(words, way.folder, walk.files);
  if (script) return runPackageScript(walk, script, way, at);
  if (ELSEWHERE.has(base)) return runElsewhere(walk, words, way, at);
  if (base === 'run-parts') return unread(walk, way);
  if (REPEATERS.has(base)) return runAgainAndAgain(walk, words, way, at);
  const inner = unwrapCommand(words);
  if (inner && 'line' in inner) {
    const ends = runInShell(walk, { text: inner.line, args: [] }, way, at);
    return hidesEnd(words) ? distinct(ends.flatMap(endedAnyhow)) : ends;
  }
  // An interpreter's script, and another package's program, are not known.
  const isOpen = (isInterpreter(name) || runBy(words) !== undefined) && !isCommand(inner?.words ?? []);
  if (inner && !isOpen) {
    const isOther = words.slice(0, words.length - inner.words.length).some((word) => FOLDER_OPTION.test(word));
    const ends = runWords(walk, inner.words, isOther ? { ...way, folder: undefined } : way, at);
    return hidesEnd(words) ? distinct(ends.flatMap(endedAnyhow)) : ends;
  }
  if (QUIET_PROGRAMS.has(base) || TIDY_PROGRAMS.has(base)) {
    const told = at.voice === 'kept' ? way : heard(walk, way, at);
    return endedAnyhow(afterWriting(words, told));
  }
  const starting = STARTING_WORDS.get(base);
  const isOrdinary = ORDINARY_PROGRAMS.has(base) && !rest.some((word) => starting?.has(word));
  if (isOrdinary) {
    works(walk, way);
    return endedAnyhow(heard(walk, afterWriting(words, way), at));
  }
  return runOther(walk, words, way, at);
}

/** Whether a program does not end as the one that it runs. */
function hidesEnd([name = '', ...rest]: readonly string[]): boolean {
  const base = baseName(name);
  if (base === 'setsid') return rest.some((word) => /^(?:-\w*f|--fork)/.test(word));
  return base === 'script' || base === 'systemd-run';
}

const FOLDER_OPTION = /^(?:-[CD]|--chdir|--working-directory|--wd)(?:$|=)/;

function afterWriting([name = '', ...rest]: readonly string[], way: Way): Way {
  const base = baseName(name);
  if (WRITES_ANY.has(base)) {
    const isRead = rest.find((word) => !word.startsWith('-'));
    return READS_ONLY.has(isRead ?? '') ? way : withWritten(way, '*');
  }
  if (!WRITERS.has(base) || (base === 'sed' && !rest.some((word) => /^-\w*i/.test(word)))) return way;
  return rest
    .filter((word) => !word.startsWith('-') && word !== UNKNOWN)
    .reduce((one, word) => withWritten(one, baseName(word)), way);
}

/** A program that is not known: a script of a shell is read, and any other may be an agent. */
function runOther(walk: Walk, words: readonly string[], way: Way, at: At): Way[] {
  const [name = ''] = words;
  const path = pathAt(way, at);
  const isOther = isInterpreter(name) || runBy(words) !== undefined;
  const found = isOther ? 'other' : walk.files.find(name, way.folder, path);
  if (mayBeWritten(way, baseName(name)) && name.includes('/')) return unread(walk, way);
  if (typeof found !== 'string' && isShellText(found.text, baseName(name)))
    return runProgramFile(walk, words, found, way, at);
  if (found === 'unread') return unread(walk, way);
  if (found === 'none' && at.isInShell && !name.includes('/')) return [ended(heard(walk, way, at), false)];
  if (at.isAgentScript) return runAgent(walk, words, way, at);
  const { finding } = walk;
  works(walk, way);
  // It may start it again and again.
  if (isGivenCommand(walk, words, way)) {
    finding.follows = true;
    finding.isUnread ||= at.isInShell;
  }
  finding.programRuns += 1;
  const behind = heard(walk, way, at);
  return [ended(behind, true), { ...behind, ok: false, agent: graver(behind.agent, 'maybe') }];
}

/** A command that is run once for each thing of several. */
function runAgainAndAgain(walk: Walk, words: readonly string[], way: Way, at: At): Way[] {
  const started = startedWords(walk, words, way);
  const base = baseName(words[0] ?? '');
  if (!started) {
    if (ORDINARY_PROGRAMS.has(base) && !words.some((word) => STARTING_WORDS.get(base)?.has(word))) {
      works(walk, way);
      return endedAnyhow(heard(walk, way, at));
    }
    return runOther(walk, words, way, at);
  }
  const once = (ways: readonly Way[]) =>
    inChild(ways, at, (inner, there) => inner.flatMap((one) => runStarted(walk, started, one, there)));
  const first = once([way]);
  const second = once(first);
  return together([way], first.flatMap(endedAnyhow), second.flatMap(endedAnyhow));
}

function runElsewhere(walk: Walk, words: readonly string[], way: Way, at: At): Way[] {
  const verbs = ELSEWHERE.get(baseName(words[0] ?? '')) ?? [];
  if (verbs.length > 0 && !words.some((word) => verbs.includes(word))) {
    works(walk, way);
    return endedAnyhow(heard(walk, way, at));
  }
  const started = startedWords(walk, words, way);
  // Its files are not those of this machine.
  const there = { ...way, folder: undefined };
  const ends = started && runStarted(walk, started, there, { ...at, isElsewhere: true });
  if (!ends) return runOther(walk, words.slice(0, 1), way, at);
  return distinct(ends.map((end) => heard(walk, { ...end, folder: way.folder }, at)));
}

function runStarted(walk: Walk, started: Started, way: Way, at: At): Way[] {
  if ('words' in started) return runWords(walk, started.words, way, at);
  return runInShell(walk, { text: started.line, args: undefined }, way, at);
}

function runPackageScript(walk: Walk, { parts, home, isUnread }: PackageLine, way: Way, at: At): Way[] {
  if (isUnread) return unread(walk, way);
  let now: Way[] = [ended(way, true)];
  for (const text of parts) {
    const passed = now.filter(({ ok }) => !ok);
    const run = now.filter(({ ok }) => ok);
    now = together(
      passed,
      run.flatMap((one) => runInShell(walk, { text, home, folder: home, args: [] }, one, at)),
    );
  }
  return now;
}

/** The folders in which a shell looks for programs; undefined where they are not known. */
function pathAt(way: Way, { shell, isPathUnknown }: At): string | undefined {
  if (isPathUnknown) return undefined;
  return wordValue({ type: 'Word', text: '$PATH', value: '$PATH', pos: 0, end: 5, parts: [PATH] }, way, shell);
}

const PATH = { type: 'SimpleExpansion', text: '$PATH', pos: 0, end: 5 } as const;

const withPath = (at: At): At => ({ ...at, isPathUnknown: true });
