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
  readonly allowRemovals?: true;
  readonly allowAborts?: true;
  readonly json?: true;
}

/** `knell rules diff`: what changes with other rules, and the step of the versions that this asks for. */
export function rulesDiffCommand(): Command {
  return new Command('diff')
    .description('what is new, gone and changed from A to B, what newly ends runs, and the version steps it asks for')
    .argument('<A>', 'a rules folder, a bundle, a digest, or "active" or "candidate"')
    .argument('<B>', 'the same')
    .addOption(natsOption())
    .option('--allow-removals', 'what is gone or no longer ends runs is meant: it is no reason to exit with 1')
    .option('--allow-aborts', 'what newly ends runs is meant: it is no reason to exit with 1')
    .option('--json', 'one JSON object; "reasons" says what makes it exit with 1')
    .addHelpText(
      'after',
      `
Exits 1 when there is something for a person to decide: a pack's version does not say how much it changes (ending runs newly, or
lacking something, is a major step); something is gone, or no longer ends runs; something newly ends runs. Other changes exit with 0.

Examples:
  knell rules diff active rules
  knell rules diff 4f1c09ab candidate
  knell rules diff active rules --allow-aborts     # in CI, where a person has looked at what newly ends runs`,
    )
    .action(async (from: string, to: string, options: DiffOptions) => {
      const [before, after] = [await openNamed(from, options.nats), await openNamed(to, options.nats)];
      const diff = diffRules(before.loaded, after.loaded);
      const reasons = reasonsToLook(diff, options);
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ from: before.digest, to: after.digest, ...diff, reasons })}\n`
          : asText(before.digest, after.digest, diff, reasons),
      );
      if (reasons.length > 0) process.exitCode = EXIT.found;
    });
}

/** How many things a reason names. */
const MAX_NAMED = 10;

/** What a person has to decide before these rules follow those. */
function reasonsToLook({ changes, packs }: RulesDiff, { allowRemovals, allowAborts }: DiffOptions): string[] {
  const keysOf = (those: typeof changes): string => {
    const keys = those.map(({ key }) => key);
    const more = keys.length > MAX_NAMED ? ` and ${keys.length - MAX_NAMED} more` : '';
    return `${keys.slice(0, MAX_NAMED).join(', ')}${more}`;
  };
  const gone = changes.filter(({ change, kind }) => change === 'gone' && kind !== 'statements' && kind !== 'stall');
  const aborts = changes.filter(({ newly_aborts }) => newly_aborts);
  const over = changes.filter(({ no_longer_aborts }) => no_longer_aborts);
  const small = packs.filter(({ is_enough }) => !is_enough).map(({ pack }) => pack);
  return [
    ...(gone.length > 0 && !allowRemovals ? [`gone, which publishing asks --allow-removals for: ${keysOf(gone)}`] : []),
    ...(over.length > 0 && !allowRemovals ? [`no longer ending runs: ${keysOf(over)}`] : []),
    ...(aborts.length > 0 && !allowAborts
      ? [`newly ending runs, so try them as a candidate first: ${keysOf(aborts)}`]
      : []),
    ...(small.length > 0
      ? [`the version does not say how much changes, and publishing refuses it: ${small.join(', ')}`]
      : []),
  ];
}

function asText(from: string, to: string, { changes, packs }: RulesDiff, reasons: readonly string[]): string {
  const colours = coloursFor(process.stdout);
  if (changes.length === 0 && packs.length === 0) return `${short(from)} and ${short(to)} decide alike\n`;
  const rows = changes.map(({ key, kind, change, fields, newly_aborts, no_longer_aborts, step }) => [
    change,
    kind,
    key,
    fields.join(', '),
    newly_aborts ? colours.red('newly ends runs') : no_longer_aborts ? 'no longer ends runs' : '',
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
    ...(reasons.length > 0 ? [reasons.map((reason) => `${reason}\n`).join('')] : []),
  ];
  return parts.join('\n');
}
