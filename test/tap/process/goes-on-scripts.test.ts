import { expect, test } from 'vitest';
import { goesOnAfterFailure } from '../../../src/tap/process/goes-on.ts';
import { scriptsIn } from '../../support/script-files.ts';

const goesOn = (command: string, script: string, more: Readonly<Record<string, string>> = {}) =>
  goesOnAfterFailure(command.split(' '), scriptsIn({ './run.sh': `#!/bin/bash\n${script}\n`, ...more }));
const SCRIPTS = ['./run.sh', 'bash run.sh', 'timeout 60 bash -x ./run.sh --fast', 'env A=b ./run.sh'];

test.each(SCRIPTS)('a fallback and a loop in a script are what its command may still do: %s', (command) => {
  expect(goesOn(command, 'claude -p Go || codex exec Go')).toBe('commands');
  expect(goesOn(command, 'for file in *.md; do\n  claude -p "$(cat "$file")"\ndone')).toBe('commands');
  expect(goesOn(command, 'exec claude -p --input-format stream-json')).toBe('turns');
});

test.each([
  'claude -p Go',
  'set -euo pipefail\ncd "$(dirname "$0")"\nexport A=b\nclaude -p "$(cat task.md)" | tee log\necho done',
  'npm ci && claude -p Go && git push',
  'python3 agent.py',
  'npm ci && node agent.js',
  'set -e\nnpm ci\nnode agent.js',
])('a script whose agent stands at its end leaves nothing to do: %s', (script) => {
  for (const command of SCRIPTS) expect(goesOn(command, script)).toBeUndefined();
});

test.each([
  'python3 agent.py || python3 other.py',
  'AGENT=claude\n"$AGENT" -p Go',
  'exec $AGENT -p Go',
  'main() {\n  claude -p Go\n}\nmain "$@"',
  "claude -p 'Go || codex",
  Array.from({ length: 300 }, () => 'node agent.js').join('\n'),
])('behind what is not understood anything may follow: %s', (script) => {
  expect(goesOn('./run.sh', script)).toBe('commands');
});

test('scripts of a package are read, with those before and after', () => {
  const scripts = (own: Readonly<Record<string, string>>) => ({ 'package.json': JSON.stringify({ scripts: own }) });
  const fallback = scripts({ agent: 'claude -p Go || codex exec Go' });
  for (const command of ['npm run agent', 'pnpm agent', 'yarn agent', 'npm run agent -- --verbose'])
    expect(goesOn(command, '', fallback)).toBe('commands');
  expect(goesOn('npm start', '', scripts({ start: 'claude -p Go', prestart: 'npm ci # first' }))).toBeUndefined();
  expect(goesOn('npm start', '', scripts({ start: 'claude -p Go', poststart: 'git push' }))).toBeUndefined();
  expect(goesOn('npm start', '', scripts({ start: 'echo', prestart: 'claude -p Go || codex exec Go' }))).toBe(
    'commands',
  );
  expect(goesOn('npm run agent -- --input-format stream-json', '', scripts({ agent: 'claude -p' }))).toBe('turns');
  expect(
    goesOn('npm run all', '', { ...scripts({ all: 'bash run.sh' }), './run.sh': 'claude -p a; claude -p b' }),
  ).toBe('commands');
});

test('a script that only stands before an agent is none', () => {
  expect(
    goesOn('./all.sh', 'mkdir -p out; npm ci', { './all.sh': '#!/bin/sh\n./run.sh\nclaude -p Go' }),
  ).toBeUndefined();
  expect(goesOn('./all.sh', 'claude -p a', { './all.sh': '#!/bin/sh\n./run.sh\nclaude -p Go' })).toBe('commands');
});

test('scripts that name each other are read no more than some times, and then anything may follow', () => {
  const script = (name: string) => `#!/bin/sh\n${`./${name}.sh; `.repeat(5_000)}`;
  const began = performance.now();
  expect(goesOnAfterFailure(['./a.sh'], scriptsIn({ './a.sh': script('b'), './b.sh': script('a') }))).toBe('commands');
  expect(goesOn('npm start', '', { 'package.json': '{"scripts":{"start":"npm start"}}' })).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(20_000);
});

test('a prompt in a here-document is no command', () => {
  const prompt = "cat <<'END-OF' > prompt.md\n".concat("Run $(cmd and see; don't\n".repeat(40), 'END-OF\n');
  expect(goesOn('./run.sh', `${prompt}claude -p "$(cat prompt.md)"`)).toBeUndefined();
  expect(goesOn('./run.sh', `${prompt}claude -p Go || codex exec Go`)).toBe('commands');
});

test('programs that are no scripts count for none', () => {
  const more = Object.fromEntries(Array.from({ length: 60 }, (_one, at) => [`tool-${at}`, '#!/usr/bin/env node\n']));
  expect(goesOn('./run.sh', `${Object.keys(more).join('\n')}\nclaude -p Go`, more)).toBeUndefined();
});

test('a script that is not there, and a file that is no script of a shell, leave all as it is', () => {
  for (const command of [
    './none.sh',
    'bash none.sh',
    'npm run none',
    'python3 run.py',
    'make agent',
    'ssh host ./run.sh',
  ])
    expect(goesOn(command, 'claude -p a || claude -p b')).toBeUndefined();
});
