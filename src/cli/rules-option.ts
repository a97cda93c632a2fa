import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import { PACKAGE_ROOT } from '../service/package-root.ts';

/** The packs that come with knell. */
export const SHIPPED_RULES = join(PACKAGE_ROOT, 'rules');

/** Which rules folder; what holds where none is given is the command's own. */
export function rulesOption(): Option {
  return new Option('--rules <folder>', 'folder with the rules files').env('KNELL_RULES');
}

/**
 * The folder for work on rules, and for the service that runs with them: the one given, else `rules` here, else the packs
 * that come with knell.
 */
export function rulesFolder(given: string | undefined): string {
  return given ?? (existsSync('rules') ? 'rules' : SHIPPED_RULES);
}
