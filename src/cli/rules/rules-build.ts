import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { short } from '../../bundles/archive.ts';
import { rulesFolder, rulesOption } from '../rules-option.ts';
import { createProgress } from '../terminal/progress.ts';
import { buildBundle } from './open-bundle.ts';

interface BuildOptions {
  readonly rules?: string;
  readonly out?: string;
  readonly corpus: readonly string[];
  readonly json?: true;
}

/** `knell rules build`: a rules folder as one file that is named by its digest. */
export function rulesBuildCommand(): Command {
  return new Command('build')
    .description('check a rules folder and make one bundle of it, which its SHA-256 names')
    .argument('[folder]', 'the rules folder')
    .addOption(rulesOption())
    .option('--out <file>', 'where to write it (default: knell-rules-<digest>.json)')
    .option('--corpus <files...>', 'labelled corpora whose scores it carries', [])
    .option('--json', 'what was built, as JSON')
    .addHelpText(
      'after',
      `
The same files always give the same bytes. Exits 2 when something is wrong in the folder, its examples included.

Examples:
  knell rules build
  knell rules build my-rules --out my-rules.json --corpus test/corpus/runs.jsonl`,
    )
    .action(async (folder: string | undefined, options: BuildOptions) => {
      const progress = createProgress(process.stderr, 'examples');
      const built = buildBundle(rulesFolder(folder ?? options.rules), options.corpus, progress);
      const { digest, bytes, loaded } = await built.finally(progress.clear);
      const file = options.out ?? `knell-rules-${short(digest)}.json`;
      await writeFile(file, bytes);
      const { engine, scores } = loaded.bundle;
      const packs = loaded.packs.map(({ pack, version }) => ({ pack, version }));
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ digest, file, bytes: bytes.length, engine, packs, scores })}\n`
          : `${digest}\n${file}: ${packs.length} packs, ${bytes.length} bytes, for knell ${engine} or newer\n${scores
              .map(
                (s) => `${s.corpus}: ${s.items} items, ${s.false_aborts} false and ${s.missed_aborts} missed aborts\n`,
              )
              .join('')}`,
      );
    });
}
