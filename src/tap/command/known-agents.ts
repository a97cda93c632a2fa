import type { StreamFormat } from '../../contracts/log-headers.ts';
import { baseName } from './shell-call.ts';

/** A program that is an agent, and how its arguments tell what it prints. */
export interface KnownAgent {
  readonly runtime: string;
  /** Names of its executable. */
  readonly programs: readonly string[];
  /** Names of its package, as `npx` or `uvx` take them, or as it stands in a path. */
  readonly packages?: readonly string[];
  /** How its standard output is asked for; undefined where the arguments do not tell. */
  readonly formatOf: (args: readonly string[]) => StreamFormat | undefined;
  /** Whether it reads prompts from its standard input as events, so that other turns may follow one that fails. */
  readonly readsTurns?: (args: readonly string[]) => boolean;
  /** Where without it the agent opens a screen and wants a terminal: how it is asked to work without one. */
  readonly unattended?: { readonly asked: (args: readonly string[]) => boolean; readonly usage: string };
}

/** `--name value` or `--name=value`; the last one counts. Nothing behind `--` is an option. */
function option(args: readonly string[], name: string): string | undefined {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  const at = options.findLastIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  const found = options[at];
  return found === name ? options[at + 1] : found?.slice(name.length + 1);
}

function has(args: readonly string[], ...names: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).some((arg) => names.includes(arg));
}

/** What an agent prints and then ends, without a terminal. */
const INFORMS = ['--version', '-v', '-V', '--help', '-h'];

/** Whether the first word is a subcommand, such as `exec` or `mcp`, and no prompt: a prompt has blanks, or stands alone. */
function isOtherCommand(args: readonly string[]): boolean {
  const [first = ''] = args;
  return /^[a-z][a-z-]*$/.test(first);
}

const structuredWhere = (isStructured: boolean): StreamFormat => (isStructured ? 'structured' : 'text');
const byOption =
  (name: string, ...values: readonly string[]) =>
  (args: readonly string[]): StreamFormat =>
    structuredWhere(values.includes(option(args, name) ?? ''));

/** Of Claude Code and Qwen Code: one JSON object a prompt, until the input is closed. */
const streamsInput = (args: readonly string[]): boolean => option(args, '--input-format') === 'stream-json';

/**
 * The flags are those of the versions that the decoders name. A format that prints one object on many lines, such as
 * Gemini's `--output-format json`, is text: there is no event a line.
 */
export const KNOWN_AGENTS: readonly KnownAgent[] = [
  {
    runtime: 'claude-code',
    programs: ['claude'],
    packages: ['@anthropic-ai/claude-code'],
    formatOf: byOption('--output-format', 'stream-json', 'json'),
    readsTurns: streamsInput,
    unattended: {
      asked: (args) => has(args, '-p', '--print', ...INFORMS) || isOtherCommand(args),
      usage: 'claude -p "…"',
    },
  },
  {
    runtime: 'codex',
    programs: ['codex'],
    packages: ['@openai/codex'],
    formatOf: (args) => structuredWhere(has(args, '--json', '--experimental-json')),
    unattended: { asked: (args) => has(args, ...INFORMS) || isOtherCommand(args), usage: 'codex exec "…"' },
  },
  {
    runtime: 'gemini',
    programs: ['gemini'],
    packages: ['@google/gemini-cli'],
    formatOf: (args) => byOption(has(args, '-o') ? '-o' : '--output-format', 'stream-json')(args),
  },
  {
    runtime: 'qwen-code',
    programs: ['qwen'],
    packages: ['@qwen-code/qwen-code'],
    formatOf: (args) => byOption(has(args, '-o') ? '-o' : '--output-format', 'stream-json')(args),
    readsTurns: streamsInput,
  },
  {
    runtime: 'opencode',
    programs: ['opencode'],
    packages: ['opencode-ai'],
    formatOf: byOption('--format', 'json'),
  },
  {
    runtime: 'pi',
    programs: ['pi'],
    packages: ['@mariozechner/pi-coding-agent', '@earendil-works/pi-coding-agent'],
    formatOf: byOption('--mode', 'json', 'rpc'),
    readsTurns: (args) => option(args, '--mode') === 'rpc',
  },
  {
    runtime: 'cline',
    programs: ['cline'],
    packages: ['cline'],
    formatOf: (args) => structuredWhere(has(args, '--json')),
  },
  {
    runtime: 'copilot-cli',
    programs: ['copilot'],
    packages: ['@github/copilot'],
    formatOf: byOption('--output-format', 'json'),
  },
  {
    runtime: 'cursor-agent',
    programs: ['cursor-agent'],
    formatOf: byOption('--output-format', 'stream-json', 'json'),
  },
  {
    runtime: 'amp',
    programs: ['amp'],
    packages: ['@sourcegraph/amp'],
    formatOf: (args) => structuredWhere(has(args, '--stream-json', '--stream-json-thinking')),
    // https://ampcode.com/news/streaming-json: it ends when its input is closed.
    readsTurns: (args) => has(args, '--stream-json-input'),
  },
  {
    runtime: 'goose',
    programs: ['goose'],
    formatOf: byOption('--output-format', 'stream-json'),
  },
  // Its answer is printed as it is, also where that is JSON.
  { runtime: 'continue-cli', programs: ['cn'], packages: ['@continuedev/cli'], formatOf: () => 'text' },
  { runtime: 'aider', programs: ['aider'], packages: ['aider-chat', 'aider-install'], formatOf: () => 'text' },
  { runtime: 'auggie', programs: ['auggie'], packages: ['@augmentcode/auggie'], formatOf: () => 'text' },
  { runtime: 'openhands', programs: ['openhands'], packages: ['openhands-ai', 'openhands'], formatOf: () => 'text' },
  { runtime: 'kilo', programs: ['kilo', 'kilocode'], packages: ['@kilocode/cli'], formatOf: () => undefined },
];

/** The agent that a program's name, path or package is of. */
export function agentNamed(word: string): KnownAgent | undefined {
  const name = baseName(word);
  const spec = word.replace(/^npm:/, '').replace(/(?<=.)@[^@/]*$/, '');
  const path = word.replaceAll('\\', '/');
  return KNOWN_AGENTS.find(
    ({ programs, packages = [] }) =>
      programs.includes(name) || packages.some((one) => spec === one || path.includes(`/node_modules/${one}/`)),
  );
}
