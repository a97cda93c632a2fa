import { agentNamed } from './known-agents.ts';
import { type OwnOptions, optionValue, readOptions } from './program-options.ts';
import { baseName, SHELLS } from './shell-call.ts';
import { ENVIRONMENTS, RUNNERS, WRAPPERS } from './wrappers.ts';

const INTERPRETERS = new Set(['node', 'nodejs', 'bun', 'deno', 'tsx']);
const OTHER_INTERPRETERS = new Set(['ruby', 'perl', 'php', 'java', 'osascript', 'fish', 'pwsh']);

/** Whether a program runs a script in a language that is not a shell's. */
export function isInterpreter(program: string): boolean {
  const name = baseName(program);
  return INTERPRETERS.has(name) || OTHER_INTERPRETERS.has(name) || /^python(?:\d(?:\.\d+)?)?$/.test(name);
}

/** What a command turns out to be once one program around it is taken off: another command, or a shell's line. */
export type Inner = { readonly words: readonly string[] } | { readonly line: string } | undefined;

/** Takes one program off that runs another one; undefined where the first word is no such program. A shell is none. */
export function unwrapCommand(words: readonly string[]): Inner {
  const [first = '', ...rest] = words;
  if (/^[A-Za-z_]\w*=/.test(first)) return { words: rest };
  const name = baseName(first);
  if (name === 'script') return scriptLine(rest);
  // It tells where a program is, and runs none.
  if (name === 'command' && /^-\w*[vV]/.test(rest[0] ?? '')) return undefined;
  // `corepack pnpm@9 run agent`
  const [, manager] = (name === 'corepack' && /^(p?npm|p?npx|yarn)(?:@.*)?$/.exec(rest[0] ?? '')) || [];
  if (manager) return { words: [manager, ...rest.slice(1)] };
  const line = ownLine(name, rest);
  if (line) return line;
  if (name === 'su' || name === 'nix-shell') return undefined;
  // In a checkout `knell` is `node dist/main.cjs`.
  if ((name === 'knell' || name === 'main.cjs') && rest[0] === 'tap')
    return { words: rest.slice(rest.indexOf('--') + 1 || rest.length) };
  if (/^python(?:\d(?:\.\d+)?)?$/.test(name)) return pythonProgram(rest);
  const run = runBy(words);
  if (run) return run;
  if (INTERPRETERS.has(name)) return interpreted(name, rest);
  const environment = Object.hasOwn(ENVIRONMENTS, name) ? ENVIRONMENTS[name] : undefined;
  if (environment?.verbs.includes(rest[0] ?? '')) {
    const at = rest.findIndex((word) => environment.before.includes(word));
    const { lines = [] } = environment;
    const own = readOptions(rest.slice(1, at === -1 ? undefined : at), (option) => lines.includes(option), true);
    return lineOf(own, ...lines) ?? (at === -1 ? undefined : { words: rest.slice(at + 1) });
  }
  const wrapper = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  if (!wrapper) return undefined;
  const split = name === 'env' ? splitLine(rest) : undefined;
  if (split) return split;
  const inner = afterOptions(rest, wrapper.valued ?? []).slice(wrapper.operands ?? 0);
  if (mayBeValue(rest[rest.length - inner.length - 1], inner)) return undefined;
  const isLine = name === 'flock' && inner[0]?.startsWith('-');
  return (isLine && lineOf(optionsIn(inner, LINE_OPTIONS), ...LINE_OPTIONS)) || { words: inner };
}

/** What a runner of packages runs, such as `npx`; undefined where the first word is none, or runs no program of a package. */
export function runBy(words: readonly string[]): Inner {
  const [first = '', ...rest] = words;
  const name = baseName(first);
  const runner = Object.hasOwn(RUNNERS, name) ? RUNNERS[name] : undefined;
  const verb = runner?.words.find((own) => own.every((word, at) => rest[at] === word));
  if (!runner || !verb) return undefined;
  const own = rest.slice(verb.length);
  const options = optionsIn(own, runner.valued);
  return lineOf(options, '-c', '--call') ?? { words: options.rest };
}

/** Whether an agent's name may be the value of an option that is not known, in front of the command: `firejail --profile claude ./run.sh`. */
const mayBeValue = (option = '', [name = '', next = '']: readonly string[]): boolean =>
  /^-(?!-?$)(?!.*=)/.test(option) &&
  agentNamed(name) !== undefined &&
  (/^(?:\.{1,2}|~|\/[\w.-]+)\//.test(next) || SHELLS.has(baseName(next)) || agentNamed(next) !== undefined);

const optionsIn = (words: readonly string[], valued: readonly string[]): OwnOptions =>
  readOptions(words, (option) => valued.includes(option));

/** The words behind a program's own options. */
const afterOptions = (words: readonly string[], valued: readonly string[]): readonly string[] =>
  optionsIn(words, valued).rest;

function lineOf(options: OwnOptions, ...names: readonly string[]): { readonly line: string } | undefined {
  const line = optionValue(options, ...names);
  return line === undefined ? undefined : { line };
}

const LINE_OPTIONS = ['-c', '--command'];
/** su(1), runuser(1): these may stand behind the user too. */
const SU_VALUED = new Set(
  ['-g', '-G', '-s', '-w', '-u', '--group', '--supp-group', '--shell', '--whitelist-environment'].concat(
    ['--user', '--session-command'],
    LINE_OPTIONS,
  ),
);

/** The line that a program is given as the value of an option. */
function ownLine(name: string, words: readonly string[]): { readonly line: string } | undefined {
  if (name === 'su' || name === 'runuser') {
    const options = readOptions(words, (option) => SU_VALUED.has(option), true);
    const isOther = name === 'runuser' && optionValue(options, '-u', '--user') !== undefined;
    return isOther ? undefined : lineOf(options, ...LINE_OPTIONS, '--session-command');
  }
  const runs = ['--run', '--command'];
  return name === 'nix-shell'
    ? lineOf(
        readOptions(words, (option) => runs.includes(option), true),
        ...runs,
      )
    : undefined;
}

const SCRIPT_VALUED = ['-t', '-T', '-E', '-O', '-I', '-B', '-o', '-m'].concat(LINE_OPTIONS);

/** `script -qec 'line' /dev/null`, or BSD's `script -q /dev/null command…`. */
function scriptLine(words: readonly string[]): Inner {
  const before = optionsIn(words, SCRIPT_VALUED);
  const [, ...behind] = before.rest;
  const after = optionsIn(behind, SCRIPT_VALUED);
  const line = lineOf(before, ...LINE_OPTIONS) ?? lineOf(after, ...LINE_OPTIONS);
  return line ?? (after.rest.length > 0 ? { words: after.rest } : undefined);
}

/** `env -i -S 'A=b claude -p'`: its own options, then a string that has the command and its first words. */
function splitLine(words: readonly string[]): { readonly line: string } | undefined {
  const at = words.findIndex((word) => !/^-(?!-split-string)[^S]*$/.test(word));
  const [, own] = /^(?:-\w*S|--split-string=?)(.*)$/s.exec(words[at] ?? '') ?? [];
  return own === undefined ? undefined : { line: [own, ...words.slice(at + 1)].join(' ') };
}

/** `python -m aider`, or an agent that pip has installed, as its process shows it: `/usr/bin/python3 /usr/local/bin/aider`. */
function pythonProgram(words: readonly string[]): Inner {
  const at = words.indexOf('-m');
  const isFlags = at !== -1 && words.slice(0, at).every((word) => word.startsWith('-'));
  if (isFlags) return { words: words.slice(at + 1) };
  const script = afterOptions(words, ['-X', '-W']);
  return agentNamed(script[0] ?? '') ? { words: script } : undefined;
}

function interpreted(name: string, words: readonly string[]): Inner {
  const verbs = name === 'deno' || name === 'bun' ? ['run'] : [];
  const rest = verbs.includes(words[0] ?? '') ? words.slice(1) : words;
  const script = afterOptions(rest, ['-r', '--require', '--import', '--loader', '--env-file', '--conditions', '-C']);
  return script.length > 0 ? { words: script } : undefined;
}
