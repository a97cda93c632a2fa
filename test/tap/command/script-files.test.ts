import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { diskFiles } from '../../../src/tap/command/script-files.ts';

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

test('a script is found by its path from a folder, or by its name on the path', () => {
  const files = diskFiles();
  const run = { text: '#!/bin/sh\nclaude -p Go\n', home: folder };
  expect(files.find('./run.sh', folder, undefined)).toEqual(run);
  expect(files.find('../run.sh', join(folder, 'sub'), undefined)).toEqual(run);
  expect(files.find('run.sh', '/', `/nosuch:${folder}`)).toEqual(run);
  expect(files.find('sub/next.sh', folder, undefined)).toEqual({ text: '#!/bin/sh\n', home: join(folder, 'sub') });
});

test.each([
  ['./none.sh', 'none'],
  ['./run.sh/x', 'none'],
  ['./pipe.sh', 'none'],
  ['./large.sh', 'unread'],
  ['./sub', 'other'],
  ['./program', 'other'],
  ['./agent', 'other'],
  ['run.sh', 'none'],
])('what is no short file of a shell is told apart: %s is %s', (path, wanted) => {
  expect(diskFiles().find(path, folder, '/nosuch')).toBe(wanted);
});

test('where it is not known where to look, what is there can not be read', () => {
  expect(diskFiles().find('./run.sh', undefined, folder)).toBe('unread');
  expect(diskFiles().find('run.sh', folder, undefined)).toBe('unread');
});

test('scripts of a package are those of the nearest one', () => {
  const files = diskFiles();
  expect(files.packageScripts(join(folder, 'sub/deep'))).toEqual({ scripts: { agent: 'claude -p Go' }, home: folder });
  write('sub/package.json', '{"scripts": ');
  expect(files.packageScripts(join(folder, 'sub/deep'))).toBeUndefined();
});
