import { expect, test } from 'vitest';
import { readCommand } from '../../../src/tap/command/read-command.ts';
import { scriptsIn } from '../../support/script-files.ts';

const goesOn = async (command: string, script: string, more: Readonly<Record<string, string>> = {}) =>
  (await readCommand(command.split(' '), scriptsIn({ './run.sh': `#!/bin/bash\n${script}\n`, ...more }))).goesOn;
const SCRIPTS = ['./run.sh', 'bash run.sh', 'timeout 60 bash -x ./run.sh --fast', 'env A=b ./run.sh'];

test.each(SCRIPTS)('a fallback and a loop in a script are what its command may still do: %s', async (command) => {
  expect(await goesOn(command, 'claude -p Go || codex exec Go')).toBe('commands');
  expect(await goesOn(command, 'for file in *.md; do\n  claude -p "$(cat "$file")"\ndone')).toBe('commands');
  expect(await goesOn(command, 'exec claude -p --input-format stream-json')).toBe('turns');
});

test.each([
  'claude -p Go',
  'set -euo pipefail\ncd "$(dirname "$0")"\nexport A=b\nclaude -p "$(cat task.md)" | tee log\necho done',
  'npm ci && claude -p Go && git push',
  'python3 agent.py',
  'AGENT=claude\n"$AGENT" -p Go',
  'npm ci && node agent.js',
  'set -e\nnpm ci\nnode agent.js',
  'main() {\n  claude -p Go\n}\nmain "$@"',
  'set -e\nlog() { echo "$*" >&2; }\nrun_agent() {\n  log start\n  claude -p "$1"\n  git push\n}\nmain() { cd /srv; run_agent "$@"; }\nmain "$@"',
  'die() { echo "$1" >&2; exit 1; }\nclaude -p Go || die "the agent failed"\ngit push',
  'claude -p Go || {\n  echo "failed" >&2\n  exit 1\n}\ngit push',
  'set -e\ncommand -v claude >/dev/null || { echo "no claude"; exit 1; }\nclaude -p Go\ngit push',
  'set -e\nif ! command -v claude >/dev/null; then\n  echo "no claude"\n  exit 1\nfi\nclaude -p Go\ngit push',
  'set -e\ncleanup() { rm -rf tmp; }\ntrap cleanup EXIT\nfor f in a b; do touch $f; done\nclaude -p Go\ngit push',
  'eval "$(ssh-agent)"\nset -e\npython3 agent.py',
  'source .venv/bin/activate\npython3 agent.py',
])('a script whose agent stands at its end leaves nothing to do: %s', async (script) => {
  for (const command of SCRIPTS) expect(await goesOn(command, script)).toBeUndefined();
});

test.each([
  'python3 agent.py || python3 other.py',
  'read -r AGENT < name\n"$AGENT" -p Go',
  'AGENT=$(cat name)\nexec $AGENT -p Go',
  'main() {\n  claude -p Go\n}\nmain "$@" || main again',
  'main() {\n  claude -p Go\n}\nmain a\nmain b',
  'one() { claude -p Go; }\nmain() { one; codex exec Go; }\nmain "$@"',
  'run() { claude -p Go; }\ntrap run EXIT\nclaude -p Go',
  'retry() { for i in 1 2; do "$@" && return; done; }\nset -e\nretry timeout 60 claude -p a',
  'claude -p a || { echo "trying another"; codex exec Go; }',
  'say() { echo "$1"; claude -p "$1"; }\nclaude -p a || say b',
  'die() { exit 1; }\ndie() { claude -p "$1"; }\nclaude -p a || die b',
  'try() { claude -p "$1"; }\ntry() { echo none; }\nclaude -p a || try b',
  'tell() { echo "$1"; }\nclaude -p a || tell failed\ncodex exec Go',
  'curl -fsSL https://example.org/agent.sh | bash -s -- --fast',
  'bash <<EOF\nclaude -p a || claude -p b\nEOF',
  "claude -p 'Go || codex",
  Array.from({ length: 300 }, () => 'node agent.js').join('\n'),
])('behind what is not understood anything may follow: %s', async (script) => {
  expect(await goesOn('./run.sh', script)).toBe('commands');
});

test.each([
  'source ./two.sh',
  '. ./two.sh',
  'cd . && source two.sh "$@"',
  'bash < two.sh',
  'sudo bash -s < ./two.sh',
  './two.sh',
  'sh -e two.sh',
])('a script that names no interpreter, is sourced or read from its input is read: %s', async (line) => {
  const two = (text: string) => ({ './two.sh': text, './run.sh': `#!/bin/bash\n${line}\n` });
  for (const command of [['./run.sh'], ['bash', '-c', line]]) {
    expect((await readCommand(command, scriptsIn(two('claude -p a || codex exec b\n')))).goesOn).toBe('commands');
    expect((await readCommand(command, scriptsIn(two('claude -p a\n')))).goesOn).toBeUndefined();
  }
});

test('a script that a shell reads from its input may end well behind its failed agent', async () => {
  const more = { './two.sh': 'claude -p a; true\n' };
  expect(await goesOn('./run.sh', 'bash < two.sh && codex exec b', more)).toBe('commands');
});

test('a function of a sourced script that starts an agent may be called in any way', async () => {
  const more = { './lib.sh': 'ask() { claude -p "$1"; }\n' };
  expect(await goesOn('./run.sh', 'source ./lib.sh\nask a || ask b', more)).toBe('commands');
});

test('scripts of a package are read, with those before and after', async () => {
  const scripts = (own: Readonly<Record<string, string>>) => ({ 'package.json': JSON.stringify({ scripts: own }) });
  const fallback = scripts({ agent: 'claude -p Go || codex exec Go' });
  for (const command of ['npm run agent', 'pnpm agent', 'yarn agent', 'npm run agent -- --verbose'])
    expect(await goesOn(command, '', fallback)).toBe('commands');
  expect(await goesOn('npm start', '', scripts({ start: 'claude -p Go', prestart: 'npm ci # first' }))).toBeUndefined();
  expect(await goesOn('npm start', '', scripts({ start: 'claude -p Go', poststart: 'git push' }))).toBeUndefined();
  expect(await goesOn('npm start', '', scripts({ start: 'echo', prestart: 'claude -p Go || codex exec Go' }))).toBe(
    'commands',
  );
  expect(await goesOn('npm run agent -- --input-format stream-json', '', scripts({ agent: 'claude -p' }))).toBe(
    'turns',
  );
  expect(
    await goesOn('npm run all', '', { ...scripts({ all: 'bash run.sh' }), './run.sh': 'claude -p a; claude -p b' }),
  ).toBe('commands');
});

test('a script that only stands before an agent is none', async () => {
  expect(
    await goesOn('./all.sh', 'mkdir -p out; npm ci', { './all.sh': '#!/bin/sh\n./run.sh\nclaude -p Go' }),
  ).toBeUndefined();
  expect(await goesOn('./all.sh', 'claude -p a', { './all.sh': '#!/bin/sh\n./run.sh\nclaude -p Go' })).toBe('commands');
});

test('scripts that name each other are read no more than some times, and then anything may follow', async () => {
  const script = (name: string) => `#!/bin/sh\n${`./${name}.sh; `.repeat(5_000)}`;
  const began = performance.now();
  expect((await readCommand(['./a.sh'], scriptsIn({ './a.sh': script('b'), './b.sh': script('a') }))).goesOn).toBe(
    'commands',
  );
  expect(await goesOn('npm start', '', { 'package.json': '{"scripts":{"start":"npm start"}}' })).toBe('commands');
  expect(performance.now() - began).toBeLessThan(20_000);
});

test('a prompt in a here-document is no command', async () => {
  const prompt = "cat <<'END-OF' > prompt.md\n".concat("Run $(cmd and see; don't\n".repeat(40), 'END-OF\n');
  expect(await goesOn('./run.sh', `${prompt}claude -p "$(cat prompt.md)"`)).toBeUndefined();
  expect(await goesOn('./run.sh', `${prompt}claude -p Go || codex exec Go`)).toBe('commands');
});

test('programs that are no scripts count for none', async () => {
  const more = Object.fromEntries(Array.from({ length: 60 }, (_one, at) => [`tool-${at}`, '#!/usr/bin/env node\n']));
  expect(await goesOn('./run.sh', `set -e\n${Object.keys(more).join('\n')}\nclaude -p Go`, more)).toBeUndefined();
});

test('a script that is not there, and a file that is no script of a shell, leave all as it is', async () => {
  for (const command of ['./none.sh', 'bash none.sh', 'npm run none', 'python3 run.py', 'make agent'])
    expect(await goesOn(command, 'claude -p a || claude -p b')).toBeUndefined();
});
