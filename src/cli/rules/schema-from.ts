import { existsSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { PACKAGE_ROOT } from '../../service/package-root.ts';

/** Where editors find the schema of packs, from a folder of rules. */
export function schemaFrom(folder: string): string {
  const from = existsSync(folder) ? realpathSync(folder) : folder;
  return relative(from, join(PACKAGE_ROOT, 'dist', 'schemas', 'rules.json'))
    .split(sep)
    .join('/');
}
