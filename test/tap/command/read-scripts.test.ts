import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readScripts } from '../../../src/tap/command/read-scripts.ts';

const folder = mkdtempSync(join(tmpdir(), 'knell-scripts-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
mkdirSync(join(folder, 'sub/deep'), { recursive: true });
write('run.sh', '#!/bin/sh\nclaude -p Go\n');
write('sub/next.sh', '#!/bin/sh\n');
write('program', '\x7fELF\0\0');
write('agent', '#!/usr/bin/env node\nmain()\n');
write('package.json', '{"scripts": {"agent": "claude -p Go", "odd": 3}}');
write('large.sh', '#'.repeat(65_537));
execFileSync('mkfifo', [join(folder, 'pipe.sh')]);

test('a script is read by its path, by its name on the path, and what it names from its own folder', () => {
  expect(readScripts(folder).script('./run.sh')?.text).toContain('claude -p Go');
  expect(readScripts('/', folder).script('run.sh')?.text).toContain('claude -p Go');
  expect(readScripts(folder).script('sub/next.sh')?.home.script('./next.sh')?.text).toBe('#!/bin/sh\n');
  expect(readScripts(folder).within('sub').script('../run.sh')).toBeDefined();
});

test.each(['./none.sh', './large.sh', './pipe.sh', './sub', 'run.sh', './run.sh/x', './program', './agent'])(
  'what is no short file of a shell is not: %s',
  (path) => {
    expect(readScripts(folder).script(path)).toBeUndefined();
  },
);

test('scripts of a package are those of the nearest one', () => {
  expect(readScripts(join(folder, 'sub/deep')).packageScripts()?.scripts).toEqual({ agent: 'claude -p Go' });
  write('sub/package.json', '{"scripts": ');
  expect(readScripts(join(folder, 'sub/deep')).packageScripts()).toBeUndefined();
});
