import { Command } from 'commander';
import { openFile } from '../../authoring/check-file.ts';
import { openFolder } from '../../authoring/check-folder.ts';
import { type TestFailure, type TestReport, testRules } from '../../authoring/examples/test-rules.ts';
import { excerpt } from '../../decode/excerpt.ts';
import { hasErrors } from '../../ruleset/findings/finding.ts';
import { renderFindings } from '../../ruleset/findings/render-findings.ts';
import { UsageError } from '../../service/config.ts';
import { EXIT } from '../exit-codes.ts';
import { loadOptions } from '../load-packs.ts';
import { rulesOption } from '../rules-option.ts';
import { coloursFor, useColour } from '../terminal/colour.ts';
import { createProgress } from '../terminal/progress.ts';
import { targetOf } from './rules-target.ts';

interface TestOptions {
  readonly rules?: string;
  readonly rule?: string;
  readonly json?: true;
}

/** `knell rules test`: whether rules stand by their examples, and leave runs alone that quote them. */
export function rulesTestCommand(): Command {
  return new Command('test')
    .description('run the examples, mutate them, and quote them in healthy runs of every runtime')
    .argument('[what]', 'the rules folder, or one file')
    .addOption(rulesOption())
    .option('--rule <pack/id>', 'only the examples of this rule')
    .option('--json', 'print one JSON object: {"summary", "failures"}')
    .addHelpText(
      'after',
      `
Each example is run as it is, then with colours, other spaces and quotes, CRLF, other ids and times, JSON written
otherwise, and cut into messages in other ways: its rule must not change its mind. Each "match" example is then quoted
by the model, a tool and the user in every runtime, and in the middle of plain text: no run may be ended for it.

Examples:
  knell rules test
  knell rules test my-rules --rule codex/usage-limit`,
    )
    .action(async (given: string | undefined, options: TestOptions) => {
      const { folder, file } = targetOf(given, options.rules);
      const { findings, authored } = await (file === undefined
        ? openFolder(folder)
        : openFile(file, folder, loadOptions()));
      if (!authored) {
        const errors = findings.filter(({ level }) => level === 'error');
        const shown = renderFindings(errors, { colour: useColour(process.stderr) });
        throw Object.assign(new Error(`the rules in ${file ?? folder} can't be used:\n${shown}`), { code: 'ERULES' });
      }
      const { rule } = options;
      if (rule !== undefined && !authored.cases.some(({ key }) => key === rule)) {
        throw new UsageError(`there is no rule ${rule} in ${file ?? folder}: name it as pack/rule-id`);
      }
      const progress = createProgress(process.stderr, 'examples');
      const report = await testRules(authored, { onProgress: progress.show, ...(rule === undefined ? {} : { rule }) });
      progress.clear();
      process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : asText(report));
      process.exitCode = report.failures.length > 0 || hasErrors(findings) ? EXIT.found : EXIT.done;
    });
}

function asText({ summary, failures }: TestReport): string {
  const colours = coloursFor(process.stdout);
  const shown = failures.map(describe);
  const head = ['rules', 'examples', 'mutations', 'quotes', 'failures'] as const;
  const cells = head.map((name) => String(summary[name]).padStart(name.length));
  const paint = summary.failures > 0 ? colours.red : colours.green;
  return [...shown, colours.dim(head.join('  ')), paint(cells.join('  ').trimEnd()), ''].join('\n');

  function describe({ kind, rule, place, how, message, runtime, lines }: TestFailure): string {
    const said = lines.slice(0, 4).map((line) => `    ${colours.dim(excerpt(JSON.stringify(line), 160))}`);
    const more = lines.length > 4 ? [`    ${colours.dim(`… ${lines.length - 4} lines more`)}`] : [];
    const title = `${colours.red(kind)}  ${colours.bold(rule)}  ${place}`;
    return [title, `  ${how}, ${runtime}: ${message}`, ...said, ...more, ''].join('\n');
  }
}
