import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import type { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claude } from '../support/claude-lines.ts';

const readme = await readFile('README.md', 'utf8');
const commands = [...readme.matchAll(/^```console\n([\s\S]*?)^```/gm)]
  .flatMap(([, block = '']) => block.replace(/\\\n\s*/g, '').split('\n'))
  .filter((line) => line.startsWith('$ '))
  .map((line) => line.slice(2).replace(/\s+#.*$/, ''));

/** What `npm` runs is tested by itself; here only that there is such a script. */
const byNpm = commands.filter((command) => command.startsWith('npm '));
const untilEnded = /^knell (watch|runs list .*--follow)/;
const others = commands.filter((command) => !command.startsWith('npm ') && !untilEnded.test(command));
/** A command that ends a doomed run exits as a tap does; one that finds something exits with 1. */
const MEANT = new Set([0, 1, 125]);

const KNELL = join(process.cwd(), 'dist', 'main.cjs');
const doomed = [claude.init(), claude.fails('OAuth token has expired', 401)].join('\n');
let folder: string;
let env: NodeJS.ProcessEnv;
let service: ChildProcess;
let url = '';
/** A run id is used once. */
let runs = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'knell-readme-'));
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await mkdir(join(folder, 'containers'));
  await mkdir(join(folder, 'test'));
  await symlink(join(process.cwd(), 'test', 'corpus'), join(folder, 'test', 'corpus'));
  await writeFile(join(bin, 'knell'), `#!/bin/sh\nexec "${process.execPath}" "${KNELL}" "$@"\n`, { mode: 0o755 });
  await writeFile(join(folder, 'doomed'), `${doomed}\n`);
  // Says what an agent says, and then hangs as one does.
  await writeFile(join(bin, 'claude'), `#!/bin/sh\ncat "${folder}/doomed"\nexec sleep 600\n`, { mode: 0o755 });
  await copyFile(join(folder, 'doomed'), join(folder, 'agent.log'));
  await copyFile(join(folder, 'doomed'), join(folder, 'containers', 'one.log'));
  await writeFile(join(folder, 'run-1.log.gz'), gzipSync(doomed));
  const { NATS_URL: _, ...own } = process.env;
  env = { ...own, PATH: `${bin}:${own.PATH}`, HOME: folder, NO_COLOR: '1', KNELL_LOG_LEVEL: 'error' };
  service = spawn('knell', ['serve', '--embedded'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  for await (const text of (service.stdout as Readable).setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    said += text;
    if (said.includes('Ctrl-C ends all of it')) break;
  }
  url = /export NATS_URL=(\S+)/.exec(said)?.[1] ?? '';
});

afterAll(async () => {
  const ended = once(service, 'exit');
  service.kill('SIGTERM');
  await ended;
  await rm(folder, { recursive: true, force: true });
});

/** Starts a command as a reader types it, with what the README leaves to them. */
function start(command: string) {
  const whole = command
    .replace('nats://…', url)
    .replace('-p …', '-p "fix the build" --output-format stream-json --verbose');
  // bash, because the README's shell is a person's.
  const child = spawn('bash', ['-c', whole.startsWith('knell ') ? `exec ${whole}` : whole], {
    cwd: folder,
    env: { ...env, NATS_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  return { child, said, closed: once(child, 'close') };
}

test('the README has commands of every kind', () => {
  expect(others.length).toBeGreaterThan(8);
  expect(byNpm.length).toBeGreaterThan(2);
});

test.each(byNpm)('%s names a script of the package', async (command) => {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8'));
  const [, script] = /^npm (?:run )?(\S+)/.exec(command) ?? [];
  expect(Object.keys(scripts)).toContain(script);
});

test.each(others)('%s does what it is for', async (command) => {
  const { said, closed } = start(command);
  const [code] = await closed;
  expect(said.err).not.toMatch(/^(error|knell): (?!.*(ending|ended) this run)/m);
  expect(MEANT).toContain(code);
  if (command.includes('--obey')) expect([code, said.err]).toEqual([125, expect.stringContaining('ending this run')]);
});

test.each(commands.filter((command) => untilEnded.test(command)))('%s follows until it is ended', async (command) => {
  const { child, said, closed } = start(command.replace('--state suspected ', ''));
  // Runs that are doomed, one after the other, until it has told of one.
  const oneMore = async () => {
    runs += 1;
    await start(`knell tap --agent seen --execution e${runs} --obey -- claude -p …`).closed;
    return said.out;
  };
  await expect.poll(oneMore, { interval: 0 }).not.toBe('');
  child.kill('SIGTERM');
  expect([(await closed)[0], said.err]).toEqual([0, '']);
});

test('what the README and the pages in docs link to is there', async () => {
  for (const page of [
    'README.md',
    'docs/agents.md',
    'docs/backends.md',
    'docs/operating.md',
    'docs/troubleshooting.md',
  ]) {
    const links = [...(await readFile(page, 'utf8')).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => path);
    for (const path of links) expect(existsSync(normalize(join(page, '..', path ?? '')))).toBe(true);
  }
});

test('the picture in the README is of a run that came true, and loads nothing', async () => {
  const picture = await readFile('docs/demo.svg', 'utf8');
  expect(picture).toMatch(/<title>A real run .* \d{4} slot seconds saved.*<\/title>/);
  expect(picture).not.toContain('✗');
  expect(picture.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|href|<script|<image/);
});
