import { expect, test } from 'vitest';
import { givenScript, packageScript, shellScript } from '../../../src/tap/command/script-lines.ts';
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
  expect(givenScript(words, files)).toMatchObject({ line: expect.stringContaining('claude -p Go'), flags });
});

test.each([
  ['./run.sh', ['-e']],
  ['./env.sh', ['-eu']],
  ['./plain', []],
])('a program that begins with a shell, or with no interpreter, is its script: %s', (program, flags) => {
  expect(shellScript(program, files)).toMatchObject({ line: expect.stringContaining('claude -p Go'), flags });
});

test.each(['./plain.py', './agent.py', './none.sh', 'run.sh'])('any other program is none: %s', (program) => {
  expect(shellScript(program, files)).toBeUndefined();
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
  expect(packageScript(words, files)?.line).toBe(line);
});
