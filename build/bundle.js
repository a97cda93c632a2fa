// Bundles knell with rolldown: the command line and the demo with their packages inside, because a start that reads
// eight files is several times quicker than one that reads four hundred; the library entries with packages left outside,
// so that a program and knell share one NATS client. The command line is CommonJS, which Node starts sooner than modules,
// and of which Node 20 can keep the compiled code. rolldown, because vitest brings it already and it runs on Node 20.
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** Stay outside of the command line: native code, and what only the service loads and may look for files of its own. */
const OUTSIDE = [/^re2$/, /^re2js$/, /^@lydell\/node-pty$/, /^pino$/, /^prom-client$/, /^fluent-logger$/];

/**
 * A part of the command line that counts as an entry: what two entries share gets a file of its own. Else chunks would load
 * `main`, which then ran a second time where it was started by another name.
 */
const PART = 'run-command-line';

/**
 * Writes the bundles into `dist`.
 *
 * @param {string} root the checkout
 * @param {string} dist where to write
 */
export async function bundleAll(root, dist) {
  const commandLine = {
    main: 'src/main.ts',
    [PART]: 'src/cli/run-command-line.ts',
    // Started by path, as a thread of the service.
    workbench: 'src/http/workbench/thread.ts',
  };
  await bundle(root, dist, commandLine, OUTSIDE, 'cjs');
  const demo = { 'demo/demo': 'src/demo/demo.ts', 'demo/fake-agent': 'src/demo/fake-agent.ts' };
  await bundle(root, dist, demo, isPackage);
  await bundle(root, dist, { 'client/client': 'src/client/client.ts' }, isPackage);
  await bundle(root, dist, { 'memory/engine': 'src/memory/engine.ts' }, isPackage);
}

/**
 * Bundles what only the build runs, into a folder outside of `dist`.
 *
 * @param {string} root the checkout
 * @param {string} folder where to write
 */
export async function bundleSteps(root, folder) {
  const input = {
    'json-schemas': 'src/contracts/published/json-schemas.ts',
    asyncapi: 'src/contracts/published/asyncapi.ts',
    'checked-packs': 'src/ruleset/load/checked-packs.ts',
    'runtime-facts': 'src/ruleset/load/runtime-facts.ts',
  };
  await bundle(root, folder, input, isPackage);
}

/** @param {string} id */
function isPackage(id) {
  return !/^[./]/.test(id);
}

/** Writes all but ASCII as escapes: V8 holds a text with one other character in two bytes for each. */
const ASCII = {
  name: 'ascii',
  generateBundle(_, files) {
    for (const file of Object.values(files)) if (file.type === 'chunk') file.code = escaped(file.code);
  },
};

/** @param {string} code without comments, and without such characters in `String.raw` */
function escaped(code) {
  return code.replace(/(\\*)([^\0-\x7f])/g, (_, slashes, character) => {
    // A character that needs no backslash has one before it.
    const kept = slashes.length % 2 === 0 ? slashes : slashes.slice(1);
    return `${kept}\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/**
 * @param {'esm' | 'cjs'} [format]
 */
async function bundle(root, dir, input, external, format = 'esm') {
  const extension = format === 'cjs' ? 'cjs' : 'js';
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(Object.entries(input).map(([name, file]) => [name, join(root, file)])),
    platform: 'node',
    external,
    plugins: [ASCII],
    onLog(level, log) {
      if (level === 'warn') process.stderr.write(`bundle: ${log.message}\n`);
    },
  });
  await build.write({
    dir,
    format,
    entryFileNames: ({ name }) => (name === PART ? `chunks/[name]-[hash].${extension}` : `[name].${extension}`),
    chunkFileNames: `chunks/[name]-[hash].${extension}`,
    // Without blanks and comments V8 has half as much to read; names stay, so that a stack trace tells where it was.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  });
  await build.close();
}
