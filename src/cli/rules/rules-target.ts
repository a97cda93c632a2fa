import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../../service/config.ts';
import { rulesFolder } from '../rules-option.ts';

/** What an author works on: a whole folder, or one file with a folder behind it. */
export interface RulesTarget {
  readonly folder: string;
  readonly file?: string;
}

/** What was named, else the folder that `rules` names, else the usual one. @throws {UsageError} where there is no such file */
export function targetOf(given: string | undefined, rules: string | undefined): RulesTarget {
  if (given === undefined || !existsSync(given) || statSync(given).isDirectory()) {
    if (given?.endsWith('.yaml')) throw new UsageError(`there is no file ${given}`);
    return { folder: rulesFolder(given ?? rules) };
  }
  const own = basename(dirname(given)) === 'causes' ? dirname(dirname(given)) : dirname(given);
  return { folder: existsSync(join(own, 'causes')) ? own : rulesFolder(rules), file: given };
}
