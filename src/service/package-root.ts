import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of knell's own package.json, which holds `rules` and `dist` too. Looked for upwards from this code, because
 * the bundle lies at another depth than the sources.
 */
export const PACKAGE_ROOT: string = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error("knell's package.json is missing: install knell again");
  return findRoot(above);
}
