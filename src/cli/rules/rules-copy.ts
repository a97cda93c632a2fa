import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { systemErrorWords } from '../../contracts/system-error-words.ts';
import { UsageError } from '../../service/config.ts';
import { SHIPPED_RULES } from '../rules-option.ts';
import { schemaFrom } from './schema-from.ts';

/** Where a shipped pack says its schema is, for editors. */
const SCHEMA = /^# yaml-language-server: \$schema=\S+$/m;

/** `knell rules copy`: the packs that come with knell, to work on. */
export function rulesCopyCommand(): Command {
  return new Command('copy')
    .description('copy the packs that come with knell, and the page that teaches them, into a folder of your own')
    .argument('[folder]', 'the folder; it must be empty, or not there yet', 'rules')
    .option('--json', 'the folder and the files as JSON')
    .addHelpText('after', '\nExample:\n  knell rules copy && knell rules new acme-agent')
    .action(async (folder: string, options: { json?: true }) => {
      if (existsSync(folder) && isTaken(folder)) {
        throw new UsageError(`${folder} is there already: name another folder`);
      }
      const files = [...namesIn('.'), ...namesIn('causes')];
      try {
        for (const name of files) {
          const to = join(folder, name);
          await mkdir(dirname(to), { recursive: true });
          const schema = `# yaml-language-server: $schema=${schemaFrom(dirname(to))}`;
          await writeFile(
            to,
            (await readFile(join(SHIPPED_RULES, name), 'utf8')).replace(SCHEMA, () => schema),
          );
        }
      } catch (cause) {
        throw new UsageError(`the rules can't be copied to ${folder}: ${systemErrorWords(cause)}`, { cause });
      }
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ folder: await realpath(folder), files })}\n`
          : `${folder}: the packs that come with knell, and README.md, which teaches them\n`,
      );
    });
}

function isTaken(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    return true;
  }
}

/** Packs and the page, without the samples that `knell rules bench` reads where they are. */
function namesIn(below: string): string[] {
  const names = readdirSync(join(SHIPPED_RULES, below)).filter((name) => /\.(yaml|md)$/.test(name));
  return names.sort().map((name) => join(below, name));
}
