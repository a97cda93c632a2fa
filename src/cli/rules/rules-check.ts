import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { checkFile } from '../../authoring/check-file.ts';
import { type CheckedFolder, checkFolder } from '../../authoring/check-folder.ts';
import { hasErrors } from '../../ruleset/findings/finding.ts';
import { renderFindings, renderFindingsJson } from '../../ruleset/findings/render-findings.ts';
import { EXIT } from '../exit-codes.ts';
import { loadOptions } from '../load-packs.ts';
import { rulesOption } from '../rules-option.ts';
import { coloursFor, useColour } from '../terminal/colour.ts';
import { createProgress } from '../terminal/progress.ts';
import { untilInterrupted } from '../terminal/until-interrupted.ts';
import { type RulesTarget, targetOf } from './rules-target.ts';
import { watchFolders } from './watch-folders.ts';

interface CheckOptions {
  readonly rules?: string;
  readonly json?: true;
  readonly strict?: true;
  readonly watch?: true;
}

/** `knell rules check`: all that is wrong in a rules folder or one file of it, its examples included. */
export function rulesCheckCommand(): Command {
  return new Command('check')
    .description('find all that is wrong in a rules folder or a file, and run its examples')
    .argument('[what]', 'the rules folder, or one file')
    .addOption(rulesOption())
    .option('--watch', 'check again after each change, until Ctrl-C')
    .option('--json', 'the findings as one JSON array')
    .option('--strict', 'warnings count as errors')
    .addHelpText(
      'after',
      `
A file is checked against all others of its rules folder; one that stands elsewhere, against those of --rules, or of the
packs that come with knell.

Exits 0 when the rules can be used, 1 when a finding is an error, 2 when there are no files to read.
What each finding means and what to do about it: rules/README.md.

Examples:
  knell rules check
  knell rules check my-rules/acme-agent.yaml --watch
  knell rules check my-rules --strict --json`,
    )
    .action(async (given: string | undefined, options: CheckOptions) => {
      const target = targetOf(given, options.rules);
      const look = async (): Promise<void> => {
        process.exitCode = tell(target, await check(target), options);
      };
      const lookAgain = async (): Promise<void> => {
        try {
          await look();
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
          process.exitCode = EXIT.usage;
          process.stderr.write(`knell: ${target.file ?? target.folder} is gone; it is checked again when it is back\n`);
        }
      };
      await look();
      if (!options.watch) return;
      const { folder, file = folder } = target;
      // What was found says already that there is nothing to read.
      if (!existsSync(folder)) return;
      const { dim } = coloursFor(process.stdout);
      process.stdout.write(`${dim(`watching ${file}; Ctrl-C ends it`)}\n`);
      const causes = join(folder, 'causes');
      const watched = [folder, ...(existsSync(causes) ? [causes] : []), ...(target.file ? [dirname(file)] : [])];
      const stop = watchFolders([...new Set(watched)], async () => {
        process.stdout.write(`${dim(`--- ${new Date().toTimeString().slice(0, 8)}`)}\n`);
        await lookAgain();
      });
      await untilInterrupted();
      stop();
    });
}

async function check({ folder, file }: RulesTarget): Promise<CheckedFolder> {
  const progress = createProgress(process.stderr, 'examples');
  const options = { onProgress: progress.show };
  try {
    return file === undefined
      ? await checkFolder(folder, options)
      : await checkFile(file, folder, loadOptions(), options);
  } finally {
    progress.clear();
  }
}

/** Prints what was found, and says how the command exits. */
function tell({ folder, file }: RulesTarget, checked: CheckedFolder, { json, strict }: CheckOptions): number {
  const { findings } = checked;
  if (json) process.stdout.write(`${renderFindingsJson(findings)}\n`);
  else if (findings.length > 0) {
    process.stdout.write(`${renderFindings(findings, { colour: useColour(process.stdout) })}\n`);
  } else {
    const { green } = coloursFor(process.stdout);
    process.stdout.write(`${green('✓')} ${file ?? folder}: ${countsOf(checked)}, nothing wrong\n`);
  }
  const unreadable = findings.some(({ code }) => code === 'folder-unreadable' || code === 'folder-empty');
  const bad = hasErrors(findings) || (strict === true && findings.length > 0);
  return unreadable ? EXIT.usage : bad ? EXIT.found : EXIT.done;
}

/** `2 statements, 1 cause, 4 examples`: what there is none of is left out, but for the examples. */
function countsOf({ packs = [], authored }: CheckedFolder): string {
  const all = packs.map(({ pack }) => pack);
  const causes = all.flatMap((pack) => pack.causes);
  const ofCauses = causes.flatMap(({ examples }) => [...examples.match, ...examples.ignore]);
  const counts: readonly (readonly [number, string])[] = [
    [all.flatMap(({ statements }) => statements).length, 'statement'],
    [causes.length, 'cause'],
    [all.flatMap(({ rules }) => rules).length, 'rule'],
    [(authored?.cases.length ?? 0) + ofCauses.length, 'example'],
  ];
  return counts
    .filter(([count, what]) => count > 0 || what === 'example')
    .map(([count, what]) => `${count} ${count === 1 ? what : `${what}s`}`)
    .join(', ');
}
