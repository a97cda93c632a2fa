import { agentNamed } from '../known-agents.ts';
import { baseName, SHELLS, shellCall } from '../shell-call.ts';
import { BUILTINS } from './builtins.ts';
import { agentScript, runAgent, runAgentScript } from './run-agent.ts';
import { runProgram } from './run-program.ts';
import { runInShell } from './run-script.ts';
import { type At, deeper, heard, isOpen, unread, type Walk } from './walk-context.ts';
import { distinct, ended, endedAnyhow, mayBeWritten, type Way } from './ways.ts';

/** The ways behind a command by its words: a function, a builtin, an agent, a program around another one, a script, any other program. */
export function runWords(walk: Walk, words: readonly string[], way: Way, at: At): Way[] {
  const [name = '', ...rest] = words;
  walk.spend(1 + words.length / 8);
  if (words.length === 0) return [ended(way, true)];
  // No program is named like an option.
  if (name === '' || name.startsWith('-')) return [ended(way, false)];
  if (/^[A-Za-z_]\w*\+?=/.test(name))
    return runWords(walk, rest, way, name.startsWith('PATH=') ? { ...at, path: name.slice(5) } : at);
  const bodies = at.isNoFunction ? undefined : at.shell.functions.get(name);
  if (bodies) {
    const called = callFunction(walk, bodies, rest, way, at);
    // Where it is not defined, its name is a program's.
    return at.shell.maybe.has(name)
      ? distinct([...called, ...walk.words(words, way, { ...at, isNoFunction: true })])
      : called;
  }
  if (isOpen(name) && !agentNamed(name)) return runUnknown(walk, words, way, at);
  if (name === 'exec') return replaceShell(walk, rest, way, at);
  if (name === 'command' && /^-\w*[vV]/.test(rest[0] ?? '')) return endedAnyhow(way);
  if (name === 'command' || name === 'builtin') {
    const first = rest.findIndex((word) => word !== '-p' && word !== '--');
    return runWords(walk, first === -1 ? [] : rest.slice(first), way, { ...at, isNoFunction: true });
  }
  const builtin = BUILTINS.get(name);
  if (builtin) return builtin(walk, words, way, at);
  const alone = { ...deeper(at), isNoFunction: true };
  if (SHELLS.has(baseName(name))) return runShell(walk, words, way, alone);
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

/** A program that is named by what is not known. */
function runUnknown(walk: Walk, words: readonly string[], way: Way, at: At): Way[] {
  // A script with an agent's name starts the agent.
  return at.isAgentScript ? runAgent(walk, words, way, at) : unread(walk, way);
}

function replaceShell(walk: Walk, words: readonly string[], way: Way, at: At): Way[] {
  const first = words.findIndex((word, at) => !/^-[cl]*a?$|^--$/.test(word) && !/^-[cl]*a$/.test(words[at - 1] ?? ''));
  const own = first === -1 ? [] : words.slice(first);
  if (own.length === 0) {
    // Its input and output may be any from now on.
    at.shell.isLoud = true;
    return [ended(way, true)];
  }
  // What a part of this shell becomes is not what this shell becomes.
  const isReplacing = !at.shell.isChild && !at.isSubstituted;
  at.shell.exits.push(...runWords(walk, own, way, { ...at, isNoFunction: true, isReplacing }));
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
  const known = at.isLoose ? undefined : walk.same(args);
  const ends = bodies.flatMap((body) => walk.node(body, [{ ...way, args: known }], inner));
  return distinct([...ends, ...returns].map((end) => ({ ...end, args: way.args })));
}

function runShell(walk: Walk, [shell = '', ...words]: readonly string[], before: Way, at: At): Way[] {
  const isPosix = /^(?:sh|dash|ash)$/.test(baseName(shell));
  const call = shellCall(words);
  if (!call || isOpen(call.script ?? '')) return unread(walk, before);
  const way = call.isLoud ? heard(walk, before, at) : before;
  const { line, script, options, isLogin } = call;
  const args = at.isLoose ? undefined : call.args;
  if (line !== undefined) return runInShell(walk, { text: line, args, options, isLogin, isPosix }, way, at);
  const file = script ?? at.input?.file;
  if (file === undefined) return words.length === 0 && at.isTop ? endedAnyhow(way) : unread(walk, way);
  const path = file.includes('/') ? file : `./${file}`;
  const found = walk.files.find(path, way.folder, undefined);
  if (at.isElsewhere || mayBeWritten(way, baseName(file))) return unread(walk, way);
  // What is missing may be written before it is run.
  if (typeof found === 'string') return found === 'none' && !at.isInShell ? [ended(way, false)] : unread(walk, way);
  return runInShell(
    walk,
    { text: found.text, home: found.home, name: baseName(file), args, options, isLogin, isPosix },
    way,
    at,
  );
}
