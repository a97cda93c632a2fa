import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { newPack } from '../../authoring/new-pack.ts';
import { RuleId } from '../../contracts/rule-pack.ts';
import { UsageError } from '../../service/config.ts';
import { rulesFolder, rulesOption } from '../rules-option.ts';

/** `knell rules new`: a pack for a runtime, to complete. */
export function rulesNewCommand(): Command {
  return new Command('new')
    .description('make a pack for a runtime')
    .argument('<name>', 'the name of the runtime, e.g. acme-agent')
    .addOption(rulesOption())
    .addHelpText('after', '\nExample:\n  knell rules new acme-agent && knell rules check')
    .action(async (name: string, options: { rules?: string }) => {
      if (!RuleId.safeParse(name).success) {
        throw new UsageError(`"${name}" can't name a pack: use lower-case words joined by -, e.g. acme-agent`);
      }
      const file = join(rulesFolder(options.rules), `${name}.yaml`);
      try {
        await writeFile(file, newPack(name, new Date().toISOString().slice(0, 10)), { flag: 'wx' });
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException;
        const why = code === 'EEXIST' ? 'it is there already' : `it can't be written (${code})`;
        throw new UsageError(`${file}: ${why}`, { cause });
      }
      process.stdout.write(`${file}\n`);
    });
}
