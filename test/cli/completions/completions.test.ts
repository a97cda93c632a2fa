import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const KNELL = join(import.meta.dirname, '../../../dist/main.cjs');
const work = mkdtempSync(join(tmpdir(), 'knell-completions-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** What is proposed for the last word of each line, by a real shell that has read knell's script. */
type Complete = (lines: readonly string[]) => string[][];

const run = (shell: string, args: readonly string[]): string[] => {
  const { stdout, stderr, error } = spawnSync(shell, args, {
    encoding: 'utf8',
    cwd: work,
    env: { PATH: process.env.PATH, HOME: work, TERM: 'dumb' },
  });
  if (error) throw error;
  if (stderr) throw new Error(stderr);
  return stdout.split('\n').filter(Boolean);
};

/** Asks as bash itself does: with the words, and which of them is to be completed. */
const bash: Complete = (lines) =>
  lines.map((line) => {
    const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _knell; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return run('bash', ['--norc', '-c', script, 'bash', join(work, 'knell.bash'), ...line.split(' ')]);
  });
const fish: Complete = (lines) =>
  lines.map((line) =>
    run('fish', ['--no-config', '-c', `source ${join(work, 'knell.fish')}; complete -C "${line}"`]).map(
      (row) => row.split('\t')[0] as string,
    ),
  );
/**
 * A real interactive zsh in a terminal of its own (zpty), of which every proposal of `compadd` is read. Keys are sent
 * when its prompt stands there: before that the terminal itself takes a Control-U, and the line is lost.
 */
const zsh: Complete = (lines) => {
  const script = `
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1='at the prompt>'; autoload -Uz compinit; compinit -u -D; source ${join(work, 'knell.zsh')}"
zpty -w z 'compadd() { local -a found; builtin compadd -O found "$@"; print -l "{" "\${(@)found}" "}"; builtin compadd "$@" }'
zpty -w z 'print rea""dy'
zpty -r z all '*ready*at the prompt>*'
for line in "$@"; do
  zpty -w -n z $line$'\\t'
  zpty -w -n z $'\\C-u'
  zpty -w z 'print fin""ished'
  zpty -r z all '*finished*at the prompt>*'
  print -r -- "$all"
  print -r -- "next line"
done
`;
  const rows = run('zsh', ['-f', '-c', script, 'zsh', ...lines]).map((row) => row.replace(/\r/g, ''));
  const found: string[][] = [[]];
  let inside = false;
  for (const row of rows) {
    if (row === 'next line') found.push([]);
    else if (row.endsWith('{')) inside = true;
    else if (row === '}') inside = false;
    else if (inside) found.at(-1)?.push(row);
  }
  return found.slice(0, -1);
};

const isThere = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;
// bash is everywhere where knell is developed; the others are asked where they are.
const SHELLS: [string, Complete][] = [
  ['bash', bash],
  ...(isThere('fish') ? [['fish', fish] as [string, Complete]] : []),
  ...(isThere('zsh') ? [['zsh', zsh] as [string, Complete]] : []),
];

beforeAll(() => {
  for (const [shell] of SHELLS) {
    const { stdout, status } = spawnSync(process.execPath, [KNELL, 'completions', shell], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`no script for ${shell}`);
    writeFileSync(join(work, `knell.${shell}`), stdout);
  }
  writeFileSync(join(work, 'agent.log'), '');
});

const PROPOSALS: readonly (readonly [line: string, words: readonly string[]])[] = [
  ['knell ru', ['rules', 'runs']],
  ['knell rules pu', ['publish']],
  ['knell mode ', ['enforce', 'shadow']],
  ['knell serve --mode ', ['enforce', 'shadow']],
  ['knell runs list --state su', ['suspected', 'succeeded']],
  ['knell rules bench --j', ['--json']],
  ['knell watch n', ['notices']],
  ['knell tap --runtime clau', ['claude-code']],
];

test.each(SHELLS)('%s proposes what may stand there', (_, complete) => {
  const proposed = complete(PROPOSALS.map(([line]) => line));
  // zsh proposes some words once for each way that it tries to match them.
  expect(proposed.map((words) => [...new Set(words)].toSorted())).toEqual(
    PROPOSALS.map(([, words]) => words.toSorted()),
  );
});

test.each(SHELLS)(
  '%s proposes the options of that command alone, and behind -- what the other program wants',
  (_, complete) => {
    const [options, program, itsOptions] = complete([
      'knell doctor --',
      'knell tap --local -- ech',
      'knell tap --local -- echo --ob',
    ]);
    expect(options).toEqual(expect.arrayContaining(['--account', '--json', '--nats', '--help']));
    expect(options).not.toContain('--obey');
    expect(program).toContain('echo');
    expect(itsOptions).not.toContain('--obey');
  },
);

test.each([
  [[], 'which shell? Write knell completions bash, zsh or fish'],
  [['tcsh'], 'there is no completion script for "tcsh": Write knell completions bash, zsh or fish'],
])('without a shell that it knows it names those it does: %j', (args, words) => {
  const { status, stderr } = spawnSync(process.execPath, [KNELL, 'completions', ...args], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([2, expect.stringContaining(words)]);
});
