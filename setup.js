#!/usr/bin/env node
// Sets up everything that knell needs on a bare machine: npm packages, a nats-server, the build.
// Each step is skipped when it is done already, so it is cheap to call before every command.
//
//   node setup.js            says what it does
//   node setup.js --quiet    speaks only when there is something to do
//   node setup.js --build    only the packages and the build
//   node setup.js --packages only the packages
//   node setup.js --without-re2  no package compiles anything: knell works without re2, more slowly
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const flags = new Set(process.argv.slice(2));
const path = `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin`;

/** The oldest nats-server that has all that knell uses. */
const NATS_SERVER_MINIMUM = [2, 9, 10];

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

function sayDone(text) {
  if (!flags.has('--quiet')) say(text);
}

function fail(text) {
  process.stderr.write(`setup: ${text}\n`);
  process.exit(1);
}

/** Runs a command; true when it succeeded. Its output goes to standard error, so that a command's own stays clean. */
function run(command, args) {
  // JOBS: node-gyp compiles re2 on all cores.
  const env = { JOBS: 'max', ...process.env, PATH: path };
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], env });
  return result.status === 0;
}

function output(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, PATH: path } });
  return result.status === 0 ? result.stdout : undefined;
}

/** Like `run`, with a sign of life every 30 seconds for a command that may be silent for minutes. */
async function runSlow(command, args, what) {
  const startedMs = Date.now();
  const alive = setInterval(
    () => say(`${what} still runs, ${Math.round((Date.now() - startedMs) / 1_000)} s so far`),
    30_000,
  );
  const env = { ...process.env, PATH: path };
  // A group of its own: Ctrl-C then ends the compilers too, before the next try finds half of what they made.
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2], env, detached: true });
  const stop = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It has ended already.
    }
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, stop);
  const status = await new Promise((resolve) => {
    child.on('error', () => resolve(undefined));
    child.on('close', (code, signal) => resolve(signal ? 1 : code));
  });
  clearInterval(alive);
  for (const signal of signals) process.off(signal, stop);
  return status === 0;
}

async function installPackages() {
  const stamp = join(root, 'node_modules', '.knell-setup');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.versions.modules)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return sayDone('npm packages: there');
  const withoutScripts = flags.has('--without-re2') ? ['--ignore-scripts'] : [];
  say(
    withoutScripts.length > 0
      ? 'installing npm packages, without re2 …'
      : 'installing npm packages: some minutes, most of them for re2, which is compiled here (--without-re2 leaves it out) …',
  );
  if (!(await runSlow('npm', ['ci', ...withoutScripts, '--no-audit', '--no-fund', '--loglevel=error'], 'npm ci'))) {
    fail(
      'npm ci failed; see above. re2 wants python3, make and g++. It is optional: "node setup.js --without-re2" goes on without it, and knell is slower then.',
    );
  }
  writeFileSync(stamp, wanted);
}

function natsServerVersion() {
  const text = output('nats-server', ['--version']);
  const parts = text && /v?(\d+)\.(\d+)\.(\d+)/.exec(text);
  return parts ? parts.slice(1, 4).map(Number) : undefined;
}

function isAtLeast(version, minimum) {
  for (const [index, part] of minimum.entries()) if (version[index] !== part) return version[index] > part;
  return true;
}

function installNatsServer() {
  const there = natsServerVersion();
  if (there && isAtLeast(there, NATS_SERVER_MINIMUM)) return sayDone(`nats-server: ${there.join('.')}`);
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const asRoot = (...command) => {
    const [program, ...args] = [...sudo, ...command];
    return run(program, args);
  };
  if (output('apt-get', ['--version'])) {
    say('installing nats-server with apt-get …');
    asRoot('apt-get', '-qq', 'update');
    asRoot('apt-get', '-qq', '-y', '-o', 'Dpkg::Use-Pty=0', 'install', '--no-install-recommends', 'nats-server');
  } else if (output('brew', ['--version'])) {
    say('installing nats-server with brew …');
    run('brew', ['install', '--quiet', 'nats-server']);
  }
  const now = natsServerVersion();
  if (now && isAtLeast(now, NATS_SERVER_MINIMUM)) return;
  fail(
    [
      now ? `nats-server ${now.join('.')} is too old: 2.9.10 or newer is needed.` : 'there is no nats-server on PATH.',
      'Three ways to get one:',
      '  1. your package manager:  sudo apt-get install nats-server   or   brew install nats-server',
      '  2. a release binary:      https://github.com/nats-io/nats-server/releases  (put it on PATH)',
      '  3. with Go:               go install github.com/nats-io/nats-server/v2@latest',
    ].join('\n'),
  );
}

function newestMs(place) {
  const stats = statSync(place);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(place).map((name) => newestMs(join(place, name))));
}

async function build() {
  const dist = join(root, 'dist');
  const stamp = join(dist, '.built');
  const sources = [
    'src',
    'rules',
    'build',
    'setup.js',
    'tsconfig.json',
    'tsconfig.build.json',
    'tsconfig.types.json',
    'node_modules/.knell-setup',
  ];
  const newest = Math.max(...sources.map((source) => newestMs(join(root, source))));
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= newest) return sayDone('build: up to date');
  sayDone('building …');
  const { buildInto } = await import('./build/build.js');
  // Beside it first: a run that loads a chunk while this goes on must not find half a folder.
  const fresh = join(root, '.knell', 'dist');
  rmSync(fresh, { recursive: true, force: true });
  try {
    await buildInto(root, fresh);
  } catch (error) {
    fail(`the build failed: ${error.message}`);
  }
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
  writeFileSync(stamp, '');
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Node ${process.versions.node} is too old: knell needs 20.19 or newer.`);
}
await installPackages();
if (!flags.has('--build') && !flags.has('--packages')) installNatsServer();
if (!flags.has('--packages')) await build();
