import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Of Node 22.1 and newer: https://nodejs.org/api/module.html#moduleenablecompilecachecachedir */
type WithCompileCache = typeof module & { enableCompileCache?: (folder: string) => unknown };

/**
 * Has V8 keep the code that it compiles, so that the next start reads it instead. In the user's own cache folder and not in
 * the common temporary one, because what lies there is run. Where Node can't, or the folder can't be written, starts are
 * slower and nothing else changes. `NODE_DISABLE_COMPILE_CACHE=1` turns it off.
 */
export function cacheCompiledCode(env: NodeJS.ProcessEnv = process.env): void {
  try {
    const caches = env.XDG_CACHE_HOME || join(homedir(), '.cache');
    (module as WithCompileCache).enableCompileCache?.(join(caches, 'knell', 'compiled'));
  } catch {
    // A user without a home, as in some containers: there is no place that is only theirs.
  }
}
