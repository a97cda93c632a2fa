import { existsSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { Command } from 'commander';
import { type CorpusItem, readCorpus } from '../authoring/corpus-item.ts';
import { evaluateItem, type ItemResult, type Summary, summarise } from '../authoring/evaluate-corpus.ts';
import { RuleOverrides } from '../contracts/rule-pack.ts';
import { decoderFor } from '../decode/decoders.ts';
import { compileRules } from '../ruleset/compile-rules.ts';
import { loadRules } from '../ruleset/load/load-rules.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import { UsageError } from '../service/config.ts';
import { EXIT } from './exit-codes.ts';
import { loadOptions, rulesFrom } from './load-packs.ts';
import { readNamedFile } from './read-file.ts';
import { rulesFolder, rulesOption } from './rules-option.ts';
import { coloursFor } from './terminal/colour.ts';
import { createProgress } from './terminal/progress.ts';

/** The labelled runs in a checkout of the project. */
const OWN_CORPUS = 'test/corpus/runs.jsonl';

/** `knell eval`: how right the rules are on a labelled corpus. Exits 1 when an abort was false or missed. */
export function evalCommand(): Command {
  return new Command('eval')
    .description('run a labelled corpus: abort precision and recall, category accuracy, and each miss')
    .argument('[corpus...]', 'JSONL files of labelled items; - for standard input', [OWN_CORPUS])
    .addOption(rulesOption())
    .option('--json', 'one row an item, then a summary')
    .option('--without-pack', "switch each runtime's own rules and causes off for its items, and keep its statements")
    .addHelpText(
      'after',
      `
An item: {"id", "runtime", "stream", "lines": […], "category", "abort": "yes" | "no" | "maybe"}.
The end of an item counts as the run having gone quiet and exited.

Examples:
  knell eval                       the corpus of this checkout, test/corpus/runs.jsonl
  knell eval my-corpus.jsonl
  knell eval --without-pack        how far the causes that all runtimes share carry`,
    )
    .action(async (files: string[], options: { rules?: string; json?: true; withoutPack?: true }) => {
      const folder = rulesFolder(options.rules);
      const rules = await rulesFrom(folder);
      const rulesFor = options.withoutPack ? await rulesWithoutPack(folder) : () => rules;
      const items = (await Promise.all(files.map(itemsOf))).flat();
      const results: ItemResult[] = [];
      const progress = createProgress(process.stderr, 'items');
      for (const item of items) {
        progress.show(results.length, items.length);
        const result = await evaluateItem(item, rulesFor(item.runtime));
        results.push(result);
        if (options.json) {
          const { abort, category, rule } = result;
          process.stdout.write(`${JSON.stringify({ id: item.id, abort, category, rule })}\n`);
        }
      }
      progress.clear();
      const summary = summarise(results);
      process.stdout.write(options.json ? `${JSON.stringify({ summary })}\n` : report(results, summary));
      process.exitCode = summary.false_aborts + summary.missed_aborts > 0 ? EXIT.found : EXIT.done;
    });
}

/** The rules for the items of a runtime, without what its own packs know of failures beyond how it states them. */
async function rulesWithoutPack(folder: string): Promise<(runtime: string) => RuleSet> {
  const options = loadOptions();
  const packs = (await loadRules(folder, options)).packs.map(({ pack }) => pack);
  const made = new Map<string, RuleSet>();
  return (named) => {
    const runtime = decoderFor(named).runtime;
    const own = packs.filter((pack) => pack.runtime === runtime);
    const keys = own.flatMap(({ pack, rules, causes }) => [...rules, ...causes].map(({ id }) => `${pack}/${id}`));
    const off = Object.fromEntries(keys.map((key) => [key, { disabled: true, reason: 'eval --without-pack' }]));
    const rules =
      made.get(runtime) ??
      compileRules(packs, RuleOverrides.parse({ schema: 'knell.overrides/v1', rules: off }), options);
    made.set(runtime, rules);
    return rules;
  };
}

/** @throws {UsageError} naming the first rows that are no items */
async function itemsOf(file: string): Promise<CorpusItem[]> {
  const { items, problems } = readCorpus(await textOf(file));
  if (problems.length === 0 && items.length === 0) {
    throw new UsageError(
      `${nameOf(file)} is empty: there is nothing to evaluate. Write one item a line; "knell eval --help" shows one`,
    );
  }
  if (problems.length === 0) return items;
  const shown = problems.slice(0, 5).map(({ line, reason }) => `  ${nameOf(file)}:${line}: ${reason}`);
  throw new UsageError(`${problems.length} rows of ${nameOf(file)} are no corpus items:\n${shown.join('\n')}`);
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file;
}

/** @throws {UsageError} when the file can't be read */
async function textOf(file: string): Promise<string> {
  if (file === '-') return readAll(process.stdin);
  if (file === OWN_CORPUS && !existsSync(file)) {
    throw new UsageError(
      `there is no ${file} here: the labelled corpus is in a checkout of knell, not in the package. Name a file`,
    );
  }
  return (await readNamedFile('corpus', file)).toString('utf8');
}

function report(results: readonly ItemResult[], summary: Summary): string {
  const colours = coloursFor(process.stdout);
  const misses = results.filter(({ abortRight, categoryRight }) => !abortRight || !categoryRight);
  const lines = [
    ...table('runtime', results, ({ item }) => item.runtime),
    '',
    ...table('category', results, ({ item }) => item.category),
    '',
    ...misses.map((miss) => {
      const wrong = !miss.abortRight
        ? colours.red(miss.abort ? 'FALSE ABORT' : 'missed abort')
        : colours.yellow('category');
      const { id, runtime, stream, category, abort } = miss.item;
      return `${wrong}  ${id} ${runtime}/${stream}  label ${category} (${abort})  said ${miss.category ?? 'nothing'}${miss.rule ? ` by ${miss.rule}` : ''}\n    ${colours.dim((miss.item.lines[0] ?? '').slice(0, 140))}`;
    }),
    '',
    `${summary.items} items   false aborts ${summary.false_aborts}   missed aborts ${summary.missed_aborts}`,
    `abort precision ${percent(summary.abort_precision)}   abort recall ${percent(summary.abort_recall)}   category accuracy ${percent(summary.category_accuracy)}`,
    '',
  ];
  return lines.join('\n');
}

function table(title: string, results: readonly ItemResult[], groupOf: (result: ItemResult) => string): string[] {
  const groups = new Map<string, ItemResult[]>();
  for (const result of results) groups.set(groupOf(result), [...(groups.get(groupOf(result)) ?? []), result]);
  const width = Math.max(title.length, ...[...groups.keys()].map((name) => name.length));
  const head = `${title.padEnd(width)}  items  false aborts  abort recall  category`;
  const rows = [...groups]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, members]) => {
      const summary = summarise(members);
      return `${name.padEnd(width)}  ${String(summary.items).padStart(5)}  ${String(summary.false_aborts).padStart(12)}  ${percent(summary.abort_recall).padStart(12)}  ${percent(summary.category_accuracy).padStart(8)}`;
    });
  return [head, ...rows];
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)} %`;
}
