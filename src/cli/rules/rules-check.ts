import { Command } from 'commander';
import { checkFolder } from '../../authoring/check-folder.ts';
import { hasErrors } from '../../ruleset/findings/finding.ts';
import { renderFindings, renderFindingsJson } from '../../ruleset/findings/render-findings.ts';
import { EXIT } from '../exit-codes.ts';
import { rulesFolder, rulesOption } from '../rules-option.ts';
import { coloursFor, useColour } from '../terminal/colour.ts';
import { createProgress } from '../terminal/progress.ts';

interface CheckOptions {
  readonly rules?: string;
  readonly json?: true;
  readonly strict?: true;
}

/** `knell rules check`: all that is wrong in a rules folder, its examples included. */
export function rulesCheckCommand(): Command {
  return new Command('check')
    .description('find all that is wrong in a rules folder, and run its examples')
    .argument('[folder]', 'the rules folder')
    .addOption(rulesOption())
    .option('--json', 'the findings as one JSON array')
    .option('--strict', 'warnings count as errors')
    .addHelpText(
      'after',
      `
Exits 0 when the rules can be used, 1 when a finding is an error, 2 when there are no files to read.
What each finding means and what to do about it: rules/README.md.

Examples:
  knell rules check
  knell rules check my-rules --strict --json`,
    )
    .action(async (given: string | undefined, options: CheckOptions) => {
      const folder = rulesFolder(given ?? options.rules);
      const progress = createProgress(process.stderr, 'examples');
      let examples = 0;
      const { findings, authored } = await checkFolder(folder, {
        onOpen: (count) => {
          examples = count;
        },
        onProgress: (done) => progress.show(done, examples),
      });
      progress.clear();
      if (options.json) process.stdout.write(`${renderFindingsJson(findings)}\n`);
      else if (findings.length > 0) {
        process.stdout.write(`${renderFindings(findings, { colour: useColour(process.stdout) })}\n`);
      } else {
        const colours = coloursFor(process.stdout);
        const rules = authored?.rules.rules.length ?? 0;
        process.stdout.write(`${colours.green('✓')} ${folder}: ${rules} rules, ${examples} examples, nothing wrong\n`);
      }
      const unreadable = findings.some(({ code }) => code === 'folder-unreadable' || code === 'folder-empty');
      const bad = hasErrors(findings) || (options.strict === true && findings.length > 0);
      process.exitCode = unreadable ? EXIT.usage : bad ? EXIT.found : EXIT.done;
    });
}
