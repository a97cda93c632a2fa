import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { newPack } from '../../authoring/new-pack.ts';
import { RuleId } from '../../contracts/rule-pack.ts';
import { systemErrorWords } from '../../contracts/system-error-words.ts';
import { UsageError } from '../../service/config.ts';
import { rulesOption } from '../rules-option.ts';
import { schemaFrom } from './schema-from.ts';

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
      const folder = ownFolder(options.rules);
      const file = join(folder, `${name}.yaml`);
      try {
        await writeFile(file, newPack(name, new Date().toISOString().slice(0, 10), schemaFrom(folder)), { flag: 'wx' });
      } catch (cause) {
        throw new UsageError(`${file} can't be written: ${systemErrorWords(cause)}`, { cause });
      }
      process.stdout.write(options.json ? `${JSON.stringify({ file })}\n` : `${file}\n`);
    });
}

/**
 * A folder of the author's own: what comes with knell is no place for a pack, which the next version would take away.
 *
 * @throws {UsageError} when there is none
 */
function ownFolder(given: string | undefined): string {
  const folder = given ?? 'rules';
  if (existsSync(folder)) return folder;
  throw new UsageError(
    `there is no folder ${folder} here: "knell rules copy" makes one with the packs that come with knell; or name yours with --rules`,
  );
}
