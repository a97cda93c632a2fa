import { Command } from 'commander';
import { short } from '../../bundles/archive.ts';
import { diffRules, type RulesDiff } from '../../bundles/diff-rules.ts';
import { EXIT } from '../exit-codes.ts';
import { natsOption } from '../nats-option.ts';
import { coloursFor } from '../terminal/colour.ts';
import { table } from '../terminal/table.ts';
import { openNamed } from './published.ts';

interface DiffOptions {
  readonly nats?: string;
  readonly json?: true;
}

/** `knell rules diff`: what changes with other rules, and the step of the versions that this asks for. */
export function rulesDiffCommand(): Command {
  return new Command('diff')
    .description('what is new, gone and changed from A to B, what newly ends runs, and the version steps it asks for')
    .argument('<A>', 'a rules folder, a bundle, a digest, or "active" or "candidate"')
    .argument('<B>', 'the same')
    .addOption(natsOption())
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `
Exits 1 when a pack's version does not say how much it changes: ending runs newly, or lacking something, is a major step.

Examples:
  knell rules diff active rules
  knell rules diff 4f1c09ab candidate`,
    )
    .action(async (from: string, to: string, options: DiffOptions) => {
      const [before, after] = [await openNamed(from, options.nats), await openNamed(to, options.nats)];
      const diff = diffRules(before.loaded, after.loaded);
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ from: before.digest, to: after.digest, ...diff })}\n`
          : asText(before.digest, after.digest, diff),
      );
      if (diff.packs.some(({ is_enough }) => !is_enough)) process.exitCode = EXIT.found;
    });
}

function asText(from: string, to: string, { changes, packs }: RulesDiff): string {
  const colours = coloursFor(process.stdout);
  if (changes.length === 0 && packs.length === 0) return `${short(from)} and ${short(to)} decide alike\n`;
  const rows = changes.map(({ key, kind, change, fields, newly_aborts, step }) => [
    change,
    kind,
    key,
    fields.join(', '),
    newly_aborts ? colours.red('newly ends runs') : '',
    step,
  ]);
  const versions = packs.map(({ pack, from: old, to: now, step, wanted, is_enough }) => [
    pack,
    old ?? '–',
    now ?? '–',
    step,
    is_enough ? wanted : colours.red(`${wanted} wanted`),
  ]);
  const parts = [
    ...(rows.length > 0 ? [table(['change', 'what', 'name', 'fields', '', 'step'], rows)] : []),
    table(['pack', 'from', 'to', 'step', 'asks for'], versions),
  ];
  return parts.join('\n');
}
