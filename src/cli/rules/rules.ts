import { Command } from 'commander';
import { catalogueOf } from '../../authoring/catalogue/catalogue.ts';
import { renderHtml } from '../../authoring/catalogue/render-html.ts';
import { renderMarkdown } from '../../authoring/catalogue/render-markdown.ts';
import { jsonSchemas } from '../../contracts/published/json-schemas.ts';
import { rulesFolder, rulesOption } from '../rules-option.ts';
import { openFolderAsBundle } from './open-bundle.ts';
import { rulesBenchCommand } from './rules-bench.ts';
import { rulesBuildCommand } from './rules-build.ts';
import { rulesCheckCommand } from './rules-check.ts';
import { rulesCopyCommand } from './rules-copy.ts';
import { rulesDiffCommand } from './rules-diff.ts';
import { rulesDraftCommand } from './rules-draft.ts';
import { rulesDriftCommand } from './rules-drift.ts';
import { rulesExplainCommand } from './rules-explain.ts';
import { rulesNewCommand } from './rules-new.ts';
import { rulesPinCommand } from './rules-pin.ts';
import { rulesPromoteCommand } from './rules-promote.ts';
import { rulesPublishCommand } from './rules-publish.ts';
import { rulesReplayCommand } from './rules-replay.ts';
import { rulesReportCommand } from './rules-report.ts';
import { rulesRollbackCommand } from './rules-rollback.ts';
import { rulesStatusCommand } from './rules-status.ts';
import { rulesTestCommand } from './rules-test.ts';
import { rulesTryCommand } from './rules-try.ts';
import { rulesWithdrawCommand } from './rules-withdraw.ts';

/** `knell rules`: the rule author's tools. */
export function rulesCommand(): Command {
  const rules = new Command('rules').description(
    'the rule author\'s tools; start with "knell rules copy" and its README.md',
  );
  for (const command of [
    rulesCopyCommand(),
    rulesCheckCommand(),
    rulesTestCommand(),
    rulesExplainCommand(),
    rulesBenchCommand(),
    rulesDriftCommand(),
    rulesDraftCommand(),
    rulesNewCommand(),
    rulesTryCommand(),
    rulesBuildCommand(),
    rulesDiffCommand(),
    rulesReplayCommand(),
    rulesReportCommand(),
    rulesPromoteCommand(),
    rulesWithdrawCommand(),
    rulesPublishCommand(),
    rulesRollbackCommand(),
    rulesPinCommand(),
    rulesStatusCommand(),
  ]) {
    rules.addCommand(command);
  }
  rules
    .command('schema')
    .description('print the JSON Schema of rules files, for editors')
    .option('--overrides', 'that of overrides.yaml')
    .action((options: { overrides?: true }) => {
      const schema = jsonSchemas()[options.overrides ? 'overrides' : 'rules'];
      process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
    });
  rules
    .command('docs')
    .description('print a page of all causes, statements and rules, with their examples and origin')
    .argument('[folder]', 'the rules folder')
    .addOption(rulesOption())
    .option('--html', 'HTML instead of Markdown')
    .option('--json', 'what stands on the page, as JSON')
    .action(async (folder: string | undefined, options: { rules?: string; html?: true; json?: true }) => {
      const { loaded } = await openFolderAsBundle(rulesFolder(folder ?? options.rules));
      const catalogue = catalogueOf(loaded.packs);
      if (options.json) process.stdout.write(`${JSON.stringify(catalogue)}\n`);
      else process.stdout.write(options.html ? renderHtml(catalogue) : renderMarkdown(catalogue));
    });
  return rules;
}
