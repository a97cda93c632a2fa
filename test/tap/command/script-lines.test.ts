import { expect, test } from 'vitest';
import { packageScript, shellCall, shellScript } from '../../../src/tap/command/script-lines.ts';
import { scriptsIn } from '../../support/script-files.ts';

const files = scriptsIn({
  './run.sh': '#!/bin/bash -e\nclaude -p Go',
  './env.sh': '#!/usr/bin/env -S bash -eu\nclaude -p Go',
  './plain': 'claude -p Go',
  './plain.py': 'import agent',
  './agent.py': '#!/usr/bin/env python3\nimport agent',
  'package.json': JSON.stringify({
    scripts: {
      agent: 'claude -p Go',
      preagent: 'npm ci',
      postagent: 'git push',
      start: 'codex exec Go',
      test: 'vitest',
    },
  }),
});

test.each([
  [['run.sh'], []],
  [['-e', './run.sh', 'now'], ['-e']],
  [
    ['-o', 'pipefail', '--', './run.sh'],
    ['-o', 'pipefail'],
  ],
  [['plain'], []],
])('a shell runs the script that it is given, whatever that begins with: %j', (words, flags) => {
  expect(shellCall(words, files)).toMatchObject({ line: expect.stringContaining('claude -p Go'), flags });
});

test.each([
  ['./run.sh', ['-e']],
  ['./env.sh', ['-eu']],
  ['./plain', []],
])('a program that begins with a shell, or with no interpreter, is its script: %s', (program, flags) => {
  expect(shellScript([program], files)).toMatchObject({ line: expect.stringContaining('claude -p Go'), flags });
});

test.each(['./plain.py', './agent.py', './none.sh', 'run.sh'])('any other program is none: %s', (program) => {
  expect(shellScript([program], files) ?? {}).not.toHaveProperty('line');
});

test.each([
  [['--rcfile', '/dev/null', '-c', 'claude'], 'claude', []],
  [['-O', 'extglob', '-ec', 'claude', 'sh', 'a', 'b'], 'claude', ['a', 'b']],
  [['-c', '-e', 'claude'], 'claude', []],
  [['-c', '--', 'claude'], 'claude', []],
  [['-euo', 'pipefail', '-c', 'claude'], 'claude', []],
])('the line of a shell stands behind its options: %j', (words, line, args) => {
  expect(shellCall(words)).toMatchObject({ line, args });
});

test.each([
  [['-c', '$LINE'], 'open'],
  [['--odd', 'value', '-c', 'claude'], 'open'],
  [['$D/run.sh'], 'open'],
  [['_/run.sh'], 'open'],
  [['./agent.pyc'], 'missing'],
])('what only running it would show is not read: %j', (words, unread) => {
  expect(shellCall(words, files)).toEqual({ unread });
});

const AROUND = '(npm ci) &&\n(claude -p Go) &&\n(git push)';

test.each([
  [['npm', 'run', 'agent'], AROUND],
  [['npm', 'run-script', '--silent', 'agent'], AROUND],
  [['npm', '--prefix', 'sub', 'run', 'agent'], AROUND],
  [['npm', 'start'], 'codex exec Go'],
  [['npm', 't'], 'vitest'],
  [['npm', 'run', 'start', '--', '--json', "it's"], `codex exec Go '--json' 'it'\\''s'`],
  [['pnpm', 'agent'], AROUND],
  [['yarn', 'run', 'start', '--json'], "codex exec Go '--json'"],
  [['bun', 'run', 'start'], 'codex exec Go'],
  [['npm', 'agent'], undefined],
  [['npm', 'run', 'none'], undefined],
  [['npm', 'run', 'toString'], undefined],
  [['npm', 'ci'], undefined],
  [['node', 'start'], undefined],
])('a script of a package is its line: %j', (words, line) => {
  const found = packageScript(words, files);
  expect(found && 'line' in found ? found.line : undefined).toBe(line);
});
