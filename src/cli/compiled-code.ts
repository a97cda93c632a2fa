import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** A CommonJS module as Node's loader has it: https://github.com/nodejs/node/blob/v20.19.0/lib/internal/modules/cjs/loader.js */
interface LoadedModule {
  readonly exports: object;
  require(id: string): unknown;
}

interface Loader {
  /** Of Node 22.1 and newer: https://nodejs.org/api/module.html#moduleenablecompilecachecachedir */
  readonly enableCompileCache?: (folder: string) => unknown;
  /** Undocumented, and what packages for keeping compiled code have used since Node 4. Only used where Node can't itself. */
  readonly prototype: { _compile(this: LoadedModule, content: string, file: string): unknown };
}

/** Other versions of knell leave their code behind; what is still in use is compiled once more. */
const OUTDATED_MS = 30 * 24 * 3_600_000;

/** Parts of the bundle: their names hold a hash of what is in them. */
const CHUNK = /[\\/]chunks[\\/][^\\/]+-[\w-]{8}\.cjs$/;

/**
 * Has V8 keep the code that it compiles, so that the next start reads it instead. In the user's own cache folder and not in
 * the common temporary one, because what lies there is run. Where the folder can't be written, starts are slower and
 * nothing else changes. `NODE_DISABLE_COMPILE_CACHE=1` turns it off.
 */
export function keepCompiledCode(env: NodeJS.ProcessEnv = process.env): void {
  try {
    const folder = join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'knell', 'compiled');
    const loader = module as unknown as Loader;
    if (loader.enableCompileCache) loader.enableCompileCache(folder);
    else if (!env.NODE_DISABLE_COMPILE_CACHE) keepChunks(loader, join(folder, `${process.version}-${process.arch}`));
  } catch {
    // A user without a home, as in some containers: there is no place that is only theirs.
  }
}

/** Reads the chunks' compiled code from a folder, and at the end writes there what was missing or V8 did not take. */
function keepChunks({ prototype }: Loader, folder: string): void {
  const compiled: (readonly [name: string, script: Script])[] = [];
  const compileAnew = prototype._compile;
  prototype._compile = function (content, file) {
    if (!CHUNK.test(file)) return compileAnew.call(this, content, file);
    const name = keptAs(file);
    const cachedData = readIfThere(join(folder, name));
    const wrapped = `(function (exports, require, module, __filename, __dirname) { ${content}\n})`;
    const script = new Script(wrapped, { filename: file, ...(cachedData && { cachedData }) });
    if (!cachedData || script.cachedDataRejected) compiled.push([name, script]);
    return script
      .runInThisContext()
      .call(this.exports, this.exports, (id: string) => this.require(id), this, file, dirname(file));
  };
  process.once('exit', () => {
    for (const [name, script] of compiled) writeWhole(folder, name, script.createCachedData());
    if (compiled.length > 0) discardOutdated(folder);
  });
}

/** V8 keeps a script's path with its code and tells it in stacks, so each copy of knell has its own. */
function keptAs(file: string): string {
  return `${createHash('sha256').update(dirname(file)).digest('hex').slice(0, 8)}-${basename(file)}`;
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Never half a file: many may start at once. A folder that can't be written costs nothing but time. */
function writeWhole(folder: string, name: string, data: Buffer): void {
  const unfinished = join(folder, `${name}.${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(unfinished, data, { mode: 0o600 });
    renameSync(unfinished, join(folder, name));
  } catch {
    discard(unfinished);
  }
}

function discard(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // It never came to be.
  }
}

function discardOutdated(folder: string): void {
  try {
    for (const file of readdirSync(folder).map((name) => join(folder, name))) {
      if (Date.now() - statSync(file).mtimeMs > OUTDATED_MS) discard(file);
    }
  } catch {
    // Another start has discarded it.
  }
}
