import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import { PACKAGE_ROOT } from '../service/package-root.ts';

/** The packs that come with knell. */
export const SHIPPED_RULES = join(PACKAGE_ROOT, 'rules');

/** Which rules folder: the flag, else `KNELL_RULES`, else `rules` here, else the packs that come with knell. */
export function rulesOption(): Option {
  return new Option('--rules <folder>', 'folder with the rules files').env('KNELL_RULES');
}

export function rulesFolder(given: string | undefined): string {
  return given ?? process.env.KNELL_RULES ?? (existsSync('rules') ? 'rules' : SHIPPED_RULES);
}
