import { existsSync, realpathSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { Command } from 'commander';
import { newPack } from '../../authoring/new-pack.ts';
import { RuleId } from '../../contracts/rule-pack.ts';
import { UsageError } from '../../service/config.ts';
import { PACKAGE_ROOT } from '../../service/package-root.ts';
import { rulesFolder, rulesOption } from '../rules-option.ts';

/** `knell rules new`: a pack for a runtime, to complete. */
export function rulesNewCommand(): Command {
  return new Command('new')
    .description('make a pack for a runtime')
    .argument('<name>', 'the name of the runtime, e.g. acme-agent')
    .addOption(rulesOption())
    .option('--json', 'the file as JSON')
    .addHelpText('after', '\nExample:\n  knell rules new acme-agent && knell rules check rules/acme-agent.yaml --watch')
    .action(async (name: string, options: { rules?: string; json?: true }) => {
      if (!RuleId.safeParse(name).success) {
        throw new UsageError(`"${name}" can't name a pack: use lower-case words joined by -, e.g. acme-agent`);
      }
      const folder = rulesFolder(options.rules);
      const file = join(folder, `${name}.yaml`);
      try {
        await writeFile(file, newPack(name, new Date().toISOString().slice(0, 10), schemaFrom(folder)), { flag: 'wx' });
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException;
        const why = WHY[code ?? ''] ?? `it can't be written (${code})`;
        throw new UsageError(`${file}: ${why}`, { cause });
      }
      process.stdout.write(options.json ? `${JSON.stringify({ file })}\n` : `${file}\n`);
    });
}

const WHY: Readonly<Record<string, string>> = {
  EEXIST: 'it is there already',
  ENOENT: 'there is no such folder; make it, or name another one with --rules',
};

/** Where the schema of packs lies, from a folder of rules. */
function schemaFrom(folder: string): string {
  return relative(realpathOr(folder), join(PACKAGE_ROOT, 'dist', 'schemas', 'rules.json'))
    .split(sep)
    .join('/');
}

function realpathOr(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : folder;
}
