#!/usr/bin/env node
// Sets up everything that knell needs on a bare machine: npm packages, a nats-server, the build.
// Each step is skipped when it is done already, so it is cheap to call before every command.
//
//   node setup.js            says what it does
//   node setup.js --quiet    speaks only when there is something to do
//   node setup.js --build    only the packages and the build
//   node setup.js --packages only the packages
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

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
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, PATH: path } });
  return result.status === 0;
}

function output(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, PATH: path } });
  return result.status === 0 ? result.stdout : undefined;
}

function installPackages() {
  const stamp = join(root, 'node_modules', '.knell-setup');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.versions.modules)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return sayDone('npm packages: there');
  say('installing npm packages (a minute or two: re2 is built from source) …');
  if (!run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])) {
    fail('npm ci failed; see above. re2 is built from source: python3, make and g++ have to be installed.');
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
  const sources = ['src', 'rules', 'tsconfig.json', 'tsconfig.build.json', 'node_modules/.knell-setup'];
  const newest = Math.max(...sources.map((source) => newestMs(join(root, source))));
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= newest) return sayDone('build: up to date');
  sayDone('building …');
  rmSync(dist, { recursive: true, force: true });
  if (!run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'])) {
    fail('the build failed; see above.');
  }
  await writeSchemas(dist);
  await writeCheckedPacks(dist);
  writeFileSync(stamp, '');
}

/** The JSON Schemas of all messages and files, and the AsyncAPI document, come from the zod schemas. */
async function writeSchemas(dist) {
  const { jsonSchemas } = await import(pathToFileURL(join(dist, 'contracts/published/json-schemas.js')).href);
  mkdirSync(join(dist, 'schemas'), { recursive: true });
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    writeFileSync(join(dist, 'schemas', `${name}.json`), `${JSON.stringify(schema, null, 2)}\n`);
  }
  const { asyncApiDocument } = await import(pathToFileURL(join(dist, 'contracts/published/asyncapi.js')).href);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(dist, 'asyncapi.json'), `${JSON.stringify(asyncApiDocument(version), null, 2)}\n`);
}

/** The shipped packs, read and checked, so that this need not be done at each start. */
async function writeCheckedPacks(dist) {
  const { checkAhead } = await import(pathToFileURL(join(dist, 'ruleset/load/checked-packs.js')).href);
  const { RUNTIME_FACTS } = await import(pathToFileURL(join(dist, 'ruleset/load/runtime-facts.js')).href);
  const files = readdirSync(join(root, 'rules'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ file: name, content: readFileSync(join(root, 'rules', name)) }));
  writeFileSync(join(dist, 'checked-packs.json'), JSON.stringify(checkAhead(files, RUNTIME_FACTS)));
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Node ${process.versions.node} is too old: knell needs 20.19 or newer.`);
}
installPackages();
if (!flags.has('--build') && !flags.has('--packages')) installNatsServer();
if (!flags.has('--packages')) await build();
