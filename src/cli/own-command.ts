import { basename, relative } from 'node:path';

/**
 * How a person calls knell from here: by its name where it is installed, by its file in a checkout.
 *
 * @param script what Node runs, `process.argv[1]`
 */
export function ownCommand(script: string | undefined, folder = process.cwd()): string {
  if (script === undefined || basename(script) === 'knell') return 'knell';
  const path = relative(folder, script);
  return `node ${path.startsWith('..') ? script : path}`;
}
