// Builds knell: the bundles, the page, their type declarations, the schemas of all messages, and the shipped packs checked ahead.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleAll, bundleSteps } from './bundle.js';
import { buildPage } from './page.js';

/**
 * @param {string} root the checkout
 * @param {string} dist the folder to write; made where it is not there
 * @throws {Error} when the sources can't be compiled
 */
export async function buildInto(root, dist) {
  const steps = join(root, '.knell', 'build');
  compile(root, '-p', 'tsconfig.build.json');
  compile(root, '-p', 'src/page/tsconfig.json');
  await bundleAll(root, dist);
  await buildPage(root, dist);
  // Types of what programs import.
  compile(root, '-p', 'tsconfig.types.json', '--outDir', dist);
  await bundleSteps(root, steps);
  await writeSchemas(root, steps, dist);
  await writeCheckedPacks(root, steps, dist);
}

/** Runs the TypeScript compiler, which the bundler does not: it takes types away unread. */
function compile(root, ...args) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  if (spawnSync(process.execPath, [tsc, ...args], { cwd: root, stdio: ['ignore', 2, 2] }).status !== 0) {
    throw new Error('tsc found errors; see above');
  }
}

/** The JSON Schemas of all messages and files, and the AsyncAPI document, come from the zod schemas. */
async function writeSchemas(root, steps, dist) {
  const { jsonSchemas } = await step(steps, 'json-schemas');
  mkdirSync(join(dist, 'schemas'), { recursive: true });
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    writeFileSync(join(dist, 'schemas', `${name}.json`), `${JSON.stringify(schema, null, 2)}\n`);
  }
  const { asyncApiDocument } = await step(steps, 'asyncapi');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(dist, 'asyncapi.json'), `${JSON.stringify(asyncApiDocument(version), null, 2)}\n`);
}

/** The shipped packs, read and checked, so that this need not be done at each start. */
async function writeCheckedPacks(root, steps, dist) {
  const { checkAhead } = await step(steps, 'checked-packs');
  const { RUNTIME_FACTS } = await step(steps, 'runtime-facts');
  const files = readdirSync(join(root, 'rules'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ file: name, content: readFileSync(join(root, 'rules', name)) }));
  writeFileSync(join(dist, 'checked-packs.json'), JSON.stringify(checkAhead(files, RUNTIME_FACTS)));
}

function step(folder, name) {
  return import(pathToFileURL(join(folder, `${name}.js`)).href);
}
