import { agentNamed } from './known-agents.ts';
import { baseName } from './shell-call.ts';

/** A program around another one: the options of its own that take a value, and how many words of its own follow them. */
interface Wrapper {
  readonly valued?: readonly string[];
  readonly operands?: number;
}

/** Programs that run the command that their arguments are. */
const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  env: { valued: ['-u', '--unset', '-C', '--chdir'] },
  timeout: { valued: ['-k', '--kill-after', '-s', '--signal'], operands: 1 },
  gtimeout: { valued: ['-k', '--kill-after', '-s', '--signal'], operands: 1 },
  stdbuf: { valued: ['-i', '-o', '-e', '--input', '--output', '--error'] },
  nice: { valued: ['-n', '--adjustment'] },
  ionice: { valued: ['-c', '-n', '-p', '--class', '--classdata'] },
  sudo: { valued: ['-u', '-g', '-h', '-p', '-C', '-D', '--user', '--group', '--chdir'] },
  doas: { valued: ['-u', '-C'] },
  time: { valued: ['-f', '-o', '--format', '--output'] },
  nohup: {},
  proxychains: { valued: ['-f'] },
  proxychains4: { valued: ['-f'] },
  firejail: {},
  'systemd-inhibit': {},
  'ssh-agent': { valued: ['-a', '-t', '-E', '-P'] },
  setsid: {},
  unbuffer: {},
  exec: { valued: ['-a'] },
  command: {},
  tini: { valued: ['-p', '-e'] },
  'dumb-init': { valued: ['-r', '--rewrite'] },
  'xvfb-run': { valued: ['-n', '-s', '-a', '--server-args', '--server-num'] },
  caffeinate: { valued: ['-t', '-w'] },
  chronic: {},
  flock: { valued: ['-w', '--timeout', '--wait', '-E', '--conflict-exit-code'], operands: 1 },
  taskset: { operands: 1 },
  chrt: { valued: ['-T', '-P', '-D'], operands: 1 },
  prlimit: {},
  busybox: {},
  gosu: { operands: 1 },
  'su-exec': { operands: 1 },
  's6-setuidgid': { operands: 1 },
  chpst: { valued: ['-u', '-U', '-b', '-e', '-/', '-n', '-l', '-L', '-m', '-d', '-o', '-p', '-f', '-c', '-r', '-t'] },
  runuser: { valued: ['-u', '-g', '-G', '-s', '--user', '--group', '--supp-group', '--shell'] },
  setpriv: {
    valued: [
      '--reuid',
      '--ruid',
      '--euid',
      '--regid',
      '--rgid',
      '--egid',
      '--groups',
      '--pdeathsig',
      '--securebits',
    ].concat(['--inh-caps', '--ambient-caps', '--bounding-set', '--selinux-label', '--apparmor-profile']),
  },
  unshare: { valued: ['-S', '-G', '-R', '-w', '--setuid', '--setgid', '--root', '--wd'] },
  strace: { valued: ['-a', '-b', '-e', '-E', '-I', '-o', '-O', '-p', '-P', '-s', '-S', '-u', '-U', '-X'] },
  'systemd-run': {
    valued: [
      '-u',
      '-p',
      '-E',
      '-H',
      '-M',
      '--unit',
      '--property',
      '--setenv',
      '--host',
      '--machine',
      '--description',
    ].concat(['--slice', '--uid', '--gid', '--nice', '--working-directory', '--service-type']),
  },
  // `direnv exec FOLDER command…`
  direnv: { operands: 2 },
};

/** Programs that fetch a package and run it, with the words between their name and the package's. */
const RUNNERS: Readonly<Record<string, { readonly words: readonly string[][]; readonly valued: readonly string[] }>> = {
  npx: { words: [[]], valued: ['-p', '--package'] },
  pnpx: { words: [[]], valued: ['-p', '--package'] },
  bunx: { words: [[]], valued: ['-p', '--package'] },
  npm: { words: [['exec'], ['x']], valued: ['-p', '--package'] },
  pnpm: { words: [['dlx'], ['exec']], valued: ['--package'] },
  yarn: { words: [['dlx'], ['exec'], ['run']], valued: ['-p', '--package'] },
  bun: { words: [['x']], valued: [] },
  uvx: { words: [[]], valued: ['--from', '--with', '--python', '-p'] },
  uv: { words: [['tool', 'run'], ['run']], valued: ['--from', '--with', '--python', '-p'] },
  poetry: { words: [['run']], valued: [] },
  pipx: { words: [['run']], valued: ['--spec', '--python'] },
  volta: { words: [['run']], valued: ['--node', '--npm', '--yarn'] },
};

const INTERPRETERS = new Set(['node', 'nodejs', 'bun', 'deno', 'tsx']);
const OTHER_INTERPRETERS = new Set(['ruby', 'perl', 'php', 'java', 'osascript', 'fish', 'pwsh']);

/** Whether a program runs a script in a language that is not a shell's. */
export function isInterpreter(program: string): boolean {
  const name = baseName(program);
  return INTERPRETERS.has(name) || OTHER_INTERPRETERS.has(name) || /^python(?:\d(?:\.\d+)?)?$/.test(name);
}

/** Programs that run, in an environment of their own, the command behind `--` or one of these options. */
const ENVIRONMENTS: Readonly<
  Record<string, { readonly verbs: readonly string[]; readonly before: readonly string[] }>
> = {
  mise: { verbs: ['exec', 'x'], before: ['--'] },
  op: { verbs: ['run'], before: ['--'] },
  doppler: { verbs: ['run'], before: ['--'] },
  dotenvx: { verbs: ['run'], before: ['--'] },
  infisical: { verbs: ['run'], before: ['--'] },
  'aws-vault': { verbs: ['exec'], before: ['--'] },
  nix: { verbs: ['develop', 'shell'], before: ['-c', '--command'] },
};

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
  if (name === 'su' || (name === 'runuser' && !rest.some((word) => /^(?:-u|--user)/.test(word))))
    return optionLine(rest, '-c', '--command');
  if (name === 'nix-shell') return optionLine(rest, '--run', '--command');
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
    return at === -1 ? undefined : { words: rest.slice(at + 1) };
  }
  const wrapper = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  if (!wrapper) return undefined;
  const split = name === 'env' ? splitLine(rest) : undefined;
  if (split) return split;
  const inner = afterOptions(rest, wrapper.valued ?? []).slice(wrapper.operands ?? 0);
  return (name === 'flock' && optionLine(inner.slice(0, 2), '-c', '--command')) || { words: inner };
}

/** What a runner of packages runs, such as `npx`; undefined where the first word is none, or runs no program of a package. */
export function runBy(words: readonly string[]): Inner {
  const [first = '', ...rest] = words;
  const name = baseName(first);
  const runner = Object.hasOwn(RUNNERS, name) ? RUNNERS[name] : undefined;
  const verb = runner?.words.find((own) => own.every((word, at) => rest[at] === word));
  if (!runner || !verb) return undefined;
  const own = rest.slice(verb.length);
  const inner = afterOptions(own, runner.valued);
  const call = /^p?np[mx]$/.test(name) && optionLine(own.slice(0, own.length - inner.length + 1), '-c', '--call');
  return call || { words: inner };
}

/** The words behind a program's own options. */
function afterOptions(words: readonly string[], valued: readonly string[]): readonly string[] {
  let at = 0;
  while (words[at]?.startsWith('-')) {
    const option = words[at] as string;
    if (option === '--') return words.slice(at + 1);
    at += valued.includes(option) ? 2 : 1;
  }
  return words.slice(at);
}

/** The line that is the value of an option; undefined where the option is not there. */
function optionLine(words: readonly string[], ...names: readonly string[]): { readonly line: string } | undefined {
  const line = words[words.findIndex((word) => names.includes(word)) + 1];
  return line !== undefined && words.some((word) => names.includes(word)) ? { line } : undefined;
}

/** `script -qec 'line' /dev/null`, or BSD's `script -q /dev/null command…`. */
function scriptLine(words: readonly string[]): Inner {
  const at = words.findIndex((word) => /^-[a-z]*c$/.test(word) || word === '--command');
  const line = words[at + 1];
  if (at !== -1 && line !== undefined) return { line };
  const rest = afterOptions(words, ['-t', '-T', '-E', '-O', '-I', '-B', '-o']).slice(1);
  return rest.length > 0 ? { words: rest } : undefined;
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
