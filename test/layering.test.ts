import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const tests = dirname(fileURLToPath(import.meta.url));
const src = join(tests, '..', 'src');

/** What each folder of `src` may import from its siblings. ARCHITECTURE.md, Folders, says what each one is for. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  login: ['contracts'],
  signing: ['contracts'],
  patterns: [],
  decode: ['contracts', 'patterns'],
  ruleset: ['contracts', 'patterns', 'decode'],
  bundles: ['contracts', 'signing', 'ruleset'],
  classify: ['contracts', 'decode', 'ruleset'],
  pipeline: ['contracts', 'decode', 'ruleset', 'classify'],
  subscriptions: ['contracts', 'decode', 'classify', 'pipeline'],
  tap: ['contracts', 'decode', 'pipeline'],
  nats: ['contracts', 'login', 'signing', 'bundles', 'decode', 'classify', 'pipeline', 'tap'],
  memory: ['contracts', 'decode', 'ruleset', 'classify', 'pipeline', 'tap'],
  logging: ['decode'],
  fluentd: ['contracts', 'pipeline', 'logging'],
  authoring: ['contracts', 'decode', 'ruleset', 'classify', 'pipeline', 'memory'],
  http: [
    'contracts',
    'login',
    'signing',
    'decode',
    'ruleset',
    'bundles',
    'classify',
    'pipeline',
    'subscriptions',
    'nats',
    'logging',
    'authoring',
  ],
  service: [
    'http',
    'contracts',
    'login',
    'signing',
    'decode',
    'ruleset',
    'bundles',
    'classify',
    'pipeline',
    'subscriptions',
    'nats',
    'memory',
    'fluentd',
    'logging',
  ],
  client: ['contracts', 'login', 'signing'],
  // Runs in a browser: of the contracts it takes types, and what is pure.
  page: ['contracts'],
};

/** Folders that compose the others: they may import anything, and only `main.ts` and each other may import them. */
const COMPOSE = ['cli', 'demo'];

/** Packages that one folder owns, so that their faults are contained in one place. */
const OWNED_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  re2: ['patterns'],
  re2js: ['patterns'],
  yaml: ['ruleset', 'authoring'],
  '@lydell/node-pty': ['tap'],
  'fluent-logger': ['fluentd'],
  luxon: ['classify'],
  preact: ['page'],
  uplot: ['page'],
  '@tanstack/virtual-core': ['page'],
  hono: ['http'],
  '@hono/node-server': ['http'],
  '@hono/zod-openapi': ['http'],
};

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));

function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  return [...text.matchAll(/(?:from|import\(?|Require\(import\.meta\.url\)\()\s*'([^']+)'/g)].map(
    (match) => match[1] as string,
  );
}

it('keeps only main.ts on top of src', () => {
  expect(files.filter((file) => !file.includes('/'))).toEqual(['main.ts']);
});

it('reads commands without any look at processes', () => {
  const reading = files.filter((file) => file.startsWith('tap/command/'));
  expect(reading).not.toEqual([]);
  expect(reading.filter((file) => importsOf(file).some((name) => name.startsWith('../process/')))).toEqual([]);
});

it('lists every folder of src', () => {
  const folders = new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]));
  expect([...folders].sort()).toEqual([...Object.keys(MAY_IMPORT), ...COMPOSE].sort());
});

it.each(Object.entries(MAY_IMPORT))('%s imports only what stands below it', (folder, allowed) => {
  const wrong = files
    .filter((file) => file.startsWith(`${folder}/`))
    .flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => relative(src, normalize(join(src, dirname(file), name))))
        .filter((target) => ![folder, ...allowed].includes(target.split('/')[0] as string))
        .map((target) => `${file} → ${target}`),
    );
  expect(wrong).toEqual([]);
});

/** Folders of which each file has its test at the same path, but those that hold types alone. */
const TESTED = ['classify', 'decode', 'ruleset', 'subscriptions'];

/** Files without a test at their path, each with its reason. */
const UNTESTED: Readonly<Record<string, string>> = {
  'decode/event.ts': 'holds types, and the name of an event',
  'decode/runtimes/text-runtimes.ts': 'holds a table; decoders.test.ts tries every decoder that is made of it',
};

it.each(TESTED)('each file of %s has its test at the same path', (folder) => {
  const runs = (file: string) =>
    /^(?:export )?(?:default |async )*(?:function|const|class) /m.test(readFileSync(join(src, file), 'utf8'));
  const untested = files.filter(
    (file) =>
      file.startsWith(`${folder}/`) &&
      runs(file) &&
      !Object.hasOwn(UNTESTED, file) &&
      !existsSync(join(tests, file.replace(/\.ts$/, '.test.ts'))),
  );
  expect(untested).toEqual([]);
});

it('names no file that is gone or has its test by now', () => {
  const isThere = (file: string) => files.includes(file) && !existsSync(join(tests, file.replace(/\.ts$/, '.test.ts')));
  expect(Object.keys(UNTESTED).filter((file) => !isThere(file))).toEqual([]);
});

it.each(Object.entries(OWNED_PACKAGES))('only the owner imports %s', (name, owners) => {
  const users = files.filter((file) => importsOf(file).some((found) => found === name || found.startsWith(`${name}/`)));
  expect(users.filter((file) => !owners.includes(file.split('/')[0] as string))).toEqual([]);
});
