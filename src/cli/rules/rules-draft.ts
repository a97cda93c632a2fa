import { stat } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { Command, InvalidArgumentError, Option } from 'commander';
import { draftCause } from '../../authoring/draft-cause.ts';
import { type FoundUnknown, lineToDraft, unknownFailure } from '../../authoring/draft-from-log.ts';
import { draftRule } from '../../authoring/draft-rule.ts';
import { type DraftSource, driftSource, readDraftSource } from '../../authoring/draft-source.ts';
import type { StreamName } from '../../contracts/run.ts';
import { driftNotices } from '../../nats/notice-history.ts';
import { loadFiles, readRulesFolder } from '../../ruleset/load/load-rules.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import { UsageError } from '../../service/config.ts';
import { loadOptions, rulesFrom } from '../load-packs.ts';
import { openLog, readWhole } from '../logs/open-log.ts';
import { natsOption } from '../nats-option.ts';
import { readNamedFile } from '../read-file.ts';
import { rulesFolder, rulesOption } from '../rules-option.ts';
import { knownRuntime } from '../runtime-option.ts';
import { withNats } from '../with-nats.ts';

interface DraftOptions {
  readonly from?: string;
  readonly log?: string;
  readonly line?: number;
  readonly runtime?: string;
  readonly stream: StreamName;
  readonly rule?: true;
  readonly rules?: string;
  readonly nats?: string;
}

/** `knell rules draft`: a cause, or a rule, to complete, from a failure that nothing knows. */
export function rulesDraftCommand(): Command {
  return new Command('draft')
    .description('write a skeleton of a cause from a failure that no cause knows')
    .argument('[fingerprint]', 'of the drift notice; looked up in the notices on the NATS server')
    .option('--from <file>', 'a drift notice or an unknown.unmatched failure record as JSON; - for standard input')
    .option('--log <file>', 'a log: its last unknown failure, or the line that --line names')
    .option('--line <n>', 'the number of the line, from 1', asNumber)
    .option('--runtime <name>', 'which agent printed the log (default: told from the lines)')
    .addOption(new Option('--stream <name>', 'which stream the log is').choices(['stdout', 'stderr']).default('stdout'))
    .option('--rule', 'write a rule for the line instead of a cause')
    .addOption(rulesOption())
    .addOption(natsOption())
    .addHelpText(
      'after',
      `
What only a person can know is marked DECIDE: in the draft. It only records, and never aborts before a person says so. Where
the line has no form by which knell knows failures, the draft has a statement too; where it has no words, it is a rule.

Examples:
  knell rules draft v1-3f8a1c2b9d4e5f60 > rules/draft-v1-3f8a1c2b9d4e5f60.yaml
  knell rules draft --from record.json
  knell rules draft --log agent.log --line 212`,
    )
    .action(async (fingerprint: string | undefined, options: DraftOptions) => {
      const { from, log } = options;
      if ([fingerprint, from, log].filter((one) => one !== undefined).length !== 1) {
        throw new UsageError('draft from what? Give a fingerprint, --from FILE or --log FILE');
      }
      const rules = await rulesBeside(rulesFolder(options.rules));
      const source =
        log !== undefined
          ? await sourceInLog(log, options, rules)
          : from !== undefined
            ? await sourceIn(from)
            : await sourceOf(fingerprint as string, options.nats);
      process.stdout.write(draftOf(source, options, rules));
    });
}

/**
 * The rules that a draft is to be added to. An empty file among them is the one that the shell has made for the draft.
 *
 * @throws {Error} as `rulesFrom`
 */
async function rulesBeside(folder: string): Promise<RuleSet> {
  const { files, findings } = await readRulesFolder(folder);
  const written = files.filter(({ content }) => content.length > 0);
  const { ruleSet } = loadFiles(written, loadOptions(), findings);
  return ruleSet ?? rulesFrom(folder);
}

/** @throws {UsageError} where a cause knows the words already */
function draftOf(source: DraftSource, { rule }: DraftOptions, rules: RuleSet): string {
  const drafted = rule ? undefined : draftCause(source, rules);
  if (drafted?.ok) return drafted.draft;
  if (drafted?.known !== undefined) throw knownAlready(drafted.known);
  return draftRule(source);
}

function knownAlready(key: string): UsageError {
  return new UsageError(`${key} knows this already: "knell rules explain LOG" says what became of it, and why`);
}

async function sourceInLog(file: string, options: DraftOptions, rules: RuleSet): Promise<DraftSource> {
  const { stream, line } = options;
  const named = knownRuntime(options.runtime, rules.runtimes);
  const opened = openLog(file, { stream, runtime: named, packRuntimes: rules.runtimes });
  const chunks = await readWhole(opened);
  if (chunks.every(({ data }) => data.length === 0)) throw new UsageError(`there are no lines in ${file}`);
  const atMs = file === '-' ? Date.now() : (await stat(file)).mtimeMs;
  const log = { chunks, runtime: opened.reading().runtime, atMs };
  const found: FoundUnknown =
    line === undefined ? await unknownFailure(log, rules) : lineToDraft(log, { stream, number: line }, rules);
  if ('known' in found) throw knownAlready(found.known);
  if (!('reason' in found)) return found;
  if (line === undefined) throw new UsageError(`no failure in ${file} is unknown: name a line with --line`);
  throw new UsageError(`there is no line ${line} on ${stream} in ${file}, or it is blank`);
}

async function sourceOf(fingerprint: string, nats: string | undefined): Promise<DraftSource> {
  const notices = await withNats(nats, async (connection, subjects) =>
    driftNotices(await connection.jetstreamManager(), subjects, fingerprint),
  );
  const source = driftSource(notices);
  if (source) return source;
  throw new UsageError(
    `there is no drift notice ${fingerprint}: it is misspelt, or too old to be kept; "knell rules drift" lists them`,
  );
}

async function sourceIn(file: string): Promise<DraftSource> {
  const text =
    file === '-' ? await readAll(process.stdin) : (await readNamedFile('notice or record', file)).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not JSON`);
  }
  const source = readDraftSource(value);
  if (source) return source;
  throw new UsageError(`${file} is neither a drift notice nor a failure record of category unknown.unmatched`);
}

function asNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give the number of a line, from 1.');
  return Number(text);
}
