import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { slowerEngine } from '../../src/cli/slower-engine.ts';
import { KNELL } from '../support/tap-process.ts';
import { openTerminal } from '../support/terminal.ts';

const work = mkdtempSync(join(tmpdir(), 'knell-re2-'));
const marker = join(work, 'built');
const environment = {
  ...process.env,
  npm_config_prefix: join(work, 'global'),
  npm_config_cache: join(work, 'cache'),
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
};

const npm = (folder: string, ...args: string[]): void => {
  execFileSync('npm', args, { cwd: folder, env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
};

/** A package as npm publishes it. */
function packed(name: string, content: object): string {
  const folder = join(work, 'packages', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', ...content }));
  npm(folder, 'pack', '--silent');
  return join(folder, `${name}-1.0.0.tgz`);
}

/** A project of that name, with what npm wants of one. */
function project(name: string): string {
  const folder = join(work, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0' }));
  return folder;
}

let knell: string;
let elsewhere: string;
beforeAll(() => {
  // What npm does with install scripts is looked at, so re2 is a package whose script only shows that it ran.
  const re2 = packed('re2', { scripts: { install: `node -e "fs.writeFileSync(${`'${marker}'`}, '')"` } });
  knell = packed('knell', { optionalDependencies: { re2: `file:${re2}` } });
  elsewhere = join(work, 'elsewhere');
  for (const folder of [elsewhere, join(work, 'global', 'lib')]) mkdirSync(folder, { recursive: true });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const GLOBAL = () => {
  npm(elsewhere, 'install', '--global', '--ignore-scripts', knell);
  return join(work, 'global/lib/node_modules/knell');
};
const PROJECT = () => {
  const folder = project('project');
  npm(folder, 'install', '--ignore-scripts', knell);
  return join(folder, 'node_modules/knell');
};
const OMITTED = () => {
  const folder = project('omitted');
  npm(folder, 'install', '--omit=optional', knell);
  return join(folder, 'node_modules/knell');
};
const CHECKOUT = () => {
  const folder = project('checkout');
  npm(folder, 'install', '--ignore-scripts', join(work, 'packages/re2/re2-1.0.0.tgz'));
  return folder;
};

test.each([
  ['for the whole system', GLOBAL, 'npm rebuild --global re2'],
  ['in a project', PROJECT, 'npm rebuild re2'],
  ['in a project, without what is optional', OMITTED, 'npm install'],
  ['as a checkout', CHECKOUT, 'npm rebuild re2'],
])('where knell is installed %s it names the command that brings re2', (_, install, command) => {
  rmSync(marker, { force: true });
  const said = slowerEngine(install());
  expect(existsSync(marker)).toBe(false);
  const [, words, folder = elsewhere] = /`([^`]+)`(?: in (\S+))? brings it/.exec(said) ?? [];
  expect(words).toBe(command);
  npm(folder, ...command.split(' ').slice(1));
  expect(existsSync(marker)).toBe(true);
});

test('names no command where another package manager keeps the packages, or none that is known would do', () => {
  expect(slowerEngine(join(work, 'node_modules/.pnpm/knell@1.0.0/node_modules/knell'))).not.toContain('`');
  expect(slowerEngine(join(work, 'bare/lib/node_modules/knell'))).toContain('installing knell again');
});

test('a tap does not speak of it, in a terminal neither; the doctor does', async () => {
  const [root, bare] = [join(KNELL, '../..'), join(work, 'without-re2')];
  for (const part of ['dist', 'rules', 'package.json']) cpSync(join(root, part), join(bare, part), { recursive: true });
  mkdirSync(join(bare, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== 're2') symlinkSync(join(root, 'node_modules', name), join(bare, 'node_modules', name));
  }
  const knell = async (...args: string[]): Promise<string> => {
    const terminal = openTerminal(process.execPath, [join(bare, 'dist/main.cjs'), ...args], {
      ...process.env,
      NATS_URL: '',
    });
    await terminal.exited;
    return terminal.shown();
  };
  const tapped = await knell('tap', '--local', '--', 'echo', 'hi');
  expect(tapped).toContain('nothing wrong found');
  expect(tapped).not.toContain('JavaScript');
  expect(await knell('doctor', '--nats', 'nats://127.0.0.1:1')).toContain('patterns run in JavaScript');
});
