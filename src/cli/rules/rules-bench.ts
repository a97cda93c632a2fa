import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { benchCauses } from '../../authoring/bench-causes.ts';
import { benchRules } from '../../authoring/bench-rules.ts';
import { readSample, type SampleLog } from '../../authoring/sample-log.ts';
import type { RulePack } from '../../contracts/rule-pack.ts';
import type { StreamName } from '../../contracts/run.ts';
import { hasErrors } from '../../ruleset/findings/finding.ts';
import { renderFindings } from '../../ruleset/findings/render-findings.ts';
import { loadRules } from '../../ruleset/load/load-rules.ts';
import { readPack } from '../../ruleset/load/read-pack.ts';
import { UsageError } from '../../service/config.ts';
import { EXIT } from '../exit-codes.ts';
import { loadOptions } from '../load-packs.ts';
import { readNamedFile } from '../read-file.ts';
import { rulesFolder, rulesOption, SHIPPED_RULES } from '../rules-option.ts';
import { knownRuntime } from '../runtime-option.ts';
import { coloursFor, useColour } from '../terminal/colour.ts';
import { createProgress } from '../terminal/progress.ts';
import { renderBench } from './render-bench.ts';
import { renderCauses } from './render-causes.ts';

interface BenchOptions {
  readonly rules?: string;
  readonly logs?: readonly string[];
  readonly runtime?: string;
  readonly stream: StreamName;
  readonly top: number;
  readonly json?: true;
}

/** What healthy agents print; it comes with knell. */
const SAMPLE = join(SHIPPED_RULES, 'samples', 'healthy.jsonl');

/** `knell rules bench`: what each rule costs on healthy output. Exits 1 when one costs more than it may. */
export function rulesBenchCommand(): Command {
  return new Command('bench')
    .description('measure what rules, causes and statements do to healthy output, and name those that do too much')
    .argument(
      '[what...]',
      'packs (codex), rules or causes (codex/usage-limit) or files (my-rules/acme.yaml); nothing: all',
    )
    .addOption(rulesOption())
    .option('--logs <file...>', 'measure on your own logs: plain, JSON lines, or whole runs as in rules/samples')
    .option('--runtime <name>', 'which agent printed the logs (default: recognised from the lines)')
    .addOption(new Option('--stream <name>', 'which stream they are').choices(['stdout', 'stderr']).default('stdout'))
    .option('--top <n>', 'show so many rules, the dearest first', asCount, 20)
    .option('--json', 'print one JSON object: {"lines", "bytes", …, "rules": […]}')
    .addHelpText(
      'after',
      `
knell scans raw output once for the words of all rules, which costs the same for ten rules and for ten thousand. A line
with such a word is a candidate: it is decoded, and the rule's conditions are tried. That is what a rule costs. A rule whose
words are in ordinary output makes the whole fleet decode ordinary output.

  candidates     lines that were decoded for the rule       (the same on every machine)
  confirmed      lines of those on which it held            (the same on every machine)
  µs / M lines   decoding and trying them, for a million lines of such output: median of five rounds
  of the scan    the same, by what a scan for the shipped rules takes on this machine; over 50 % a rule is dear

Each rule is measured by itself. The sample is what healthy agents print: on the logs of failed runs every rule is dear.

Causes are tried on failures only, of which healthy output has few (a tool that failed, a retry). A statement, or a banner
of a cause, makes failures of lines. So what counts there is which healthy lines they take:

  takes          lines of healthy output whose failure the cause takes, or that only this statement makes a failure
  of reading     its time, by what reading the sample's failures takes without any cause
  WIDE           it takes more than a third of them, five at the least: it tells no failure from another

Exits 0, or 1 when a rule is dear or a cause is wide.

Examples:
  knell rules bench
  knell rules bench my-rules/acme.yaml
  knell rules bench codex --logs last-night.log --runtime codex`,
    )
    .action(async (what: string[], options: BenchOptions) => {
      const { packs, only } = await packsToBench(what, rulesFolder(options.rules));
      const scanned = await packsIn(SHIPPED_RULES);
      const files = options.logs ?? [SAMPLE];
      knownRuntime(
        options.runtime,
        packs.flatMap(({ runtime }) => runtime),
      );
      const logs = (await Promise.all(files.map((file) => logsIn(file, options)))).flat();
      if (logs.length === 0) throw new UsageError(`there are no lines in ${files.join(', ')}`);
      const progress = createProgress(process.stderr, 'rules');
      const result = benchRules(packs, logs, { only, scanned, onProgress: progress.show });
      progress.clear();
      const counting = createProgress(process.stderr, 'causes and statements');
      const causes = benchCauses(withStatements(packs, scanned), logs, { only, onProgress: counting.show });
      counting.clear();
      const name = options.logs
        ? files.map((file) => basename(file)).join(', ')
        : 'the healthy output that comes with knell';
      const shown = { top: options.top, sample: name, colours: coloursFor(process.stdout) };
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ ...result, causes })}\n`
          : renderBench(result, shown) + renderCauses(causes, shown),
      );
      const isFound = result.rules.some(({ isDear }) => isDear) || causes.costs.some(({ isWide }) => isWide);
      process.exitCode = isFound ? EXIT.found : EXIT.done;
    });
}

function asCount(text: string): number {
  if (!/^[0-9]{1,6}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

/**
 * What is to be measured: files are read as they are, everything else is looked up in the rules folder.
 * @throws {UsageError} when something named is not there
 * @throws {Error} with code `ERULES` that shows the findings, when rules can't be read
 */
async function packsToBench(
  what: readonly string[],
  folder: string,
): Promise<{ packs: readonly RulePack[]; only: (key: string) => boolean }> {
  const files = what.filter((name) => name.endsWith('.yaml'));
  const names = what.filter((name) => !name.endsWith('.yaml'));
  const fromFiles = await Promise.all(files.map(packIn));
  const fromFolder = names.length > 0 || files.length === 0 ? await packsIn(folder) : [];
  const meant = (name: string) => (key: string) => key === name || key.startsWith(`${name}/`);
  for (const name of names) {
    const known = fromFolder.some(
      ({ pack, rules, causes }) =>
        pack === name || [...rules, ...causes].some(({ id }) => meant(name)(`${pack}/${id}`)),
    );
    if (!known)
      throw new UsageError(
        `there is no pack, rule or cause ${name} in ${folder}; name a file by its whole path, with .yaml`,
      );
  }
  const wanted = [...fromFiles.map(({ pack }) => pack), ...names].map(meant);
  return {
    packs: [...fromFiles, ...fromFolder.filter(({ pack }) => !fromFiles.some((other) => other.pack === pack))],
    only: (key) => wanted.length === 0 || wanted.some((isMeant) => isMeant(key)),
  };
}

/** The packs, and of the shipped ones that are not among them what they say of how programs speak: causes are told in all. */
function withStatements(packs: readonly RulePack[], shipped: readonly RulePack[]): readonly RulePack[] {
  const others = shipped.filter(({ pack }) => !packs.some((one) => one.pack === pack));
  return [...packs, ...others.map((pack) => ({ ...pack, causes: [] }))];
}

async function packIn(file: string): Promise<RulePack> {
  const { pack, findings } = readPack(file, await readFile(file));
  if (pack) return pack;
  throw unusable(file, findings);
}

async function packsIn(folder: string): Promise<readonly RulePack[]> {
  const { packs, findings } = await loadRules(folder, loadOptions());
  if (hasErrors(findings)) throw unusable(folder, findings);
  return packs.map(({ pack }) => pack);
}

function unusable(what: string, findings: Parameters<typeof renderFindings>[0]): Error {
  const errors = findings.filter(({ level }) => level === 'error');
  const shown = renderFindings(errors, { colour: useColour(process.stderr) });
  return Object.assign(new Error(`the rules in ${what} can't be used:\n${shown}`), { code: 'ERULES' });
}

/** @throws {UsageError} when there is no such file, or none that can be read */
async function logsIn(file: string, { stream, runtime }: BenchOptions): Promise<SampleLog[]> {
  if (!existsSync(file)) throw new UsageError(`there is no log ${file}`);
  return readSample(await readNamedFile('sample', file), stream, runtime);
}
