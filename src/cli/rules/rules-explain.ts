import { stat } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { explainLog } from '../../authoring/explain/explain-log.ts';
import { explainRecord, readVerdict } from '../../authoring/explain/explain-record.ts';
import type { StreamName } from '../../contracts/run.ts';
import { splitLines } from '../../decode/split-lines.ts';
import { describeReading, readingFields } from '../../decode/whole-log/describe-reading.ts';
import { UsageError } from '../../service/config.ts';
import { EXIT } from '../exit-codes.ts';
import { rulesFrom } from '../load-packs.ts';
import { openLog, readWhole } from '../logs/open-log.ts';
import { rulesFolder, rulesOption } from '../rules-option.ts';
import { knownRuntime } from '../runtime-option.ts';
import { renderExplanation, renderParagraphs } from './render-explanation.ts';

interface ExplainOptions {
  readonly rules?: string;
  readonly line?: string;
  readonly runtime?: string;
  readonly stream: StreamName;
  readonly record?: true;
  readonly all?: true;
  readonly json?: true;
}

/** `knell rules explain`: why knell said what it said. */
export function rulesExplainCommand(): Command {
  return new Command('explain')
    .description('say what each line became, which rules looked, what failed first, and what was decided')
    .argument('[file]', 'a log, or the JSON of a failure record or abort command; - for standard input (default: "-")')
    .option('--line <text>', 'explain this one line instead of a file')
    .option('--runtime <name>', 'which agent printed it (default: recognised from the lines)')
    .addOption(new Option('--stream <name>', 'which stream it is').choices(['stdout', 'stderr']).default('stdout'))
    .option('--record', 'the input must be a failure record or an abort command')
    .option('--all', 'every line, also those that nothing is to be said about')
    .addOption(rulesOption())
    .option('--json', 'print it as one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  knell rules explain agent.log
  knell rules explain --runtime claude-code --line 'Login expired · Please run /login'
  nats sub knell.failures.> --raw --count 1 | knell rules explain --record`,
    )
    .action(async (given: string | undefined, options: ExplainOptions) => {
      if (given !== undefined && options.line !== undefined) throw new UsageError(notBoth(given, options.line));
      const file = given ?? '-';
      const rules = await rulesFrom(rulesFolder(options.rules));
      knownRuntime(options.runtime, rules.runtimes);
      const { stream, runtime: named } = options;
      const log = openLog(file, { stream, runtime: named, packRuntimes: rules.runtimes });
      const chunks = options.line === undefined ? await readWhole(log) : [];
      const input = options.line ?? chunks.map(({ data }) => data.toString('utf8')).join('');
      const verdict = options.line === undefined ? readVerdict(input) : undefined;
      if (options.record && !verdict) {
        throw new UsageError(
          'the input is neither a failure record (knell.failure/v1) nor an abort command (knell.abort/v1)',
        );
      }
      if (verdict) {
        const paragraphs = explainRecord(verdict, rules);
        process.stdout.write(options.json ? `${JSON.stringify(paragraphs)}\n` : renderParagraphs(paragraphs));
        return;
      }
      const lines =
        options.line === undefined
          ? chunks.flatMap(({ stream: printedOn, data }) =>
              splitLines(data).map((raw) => ({ stream: printedOn, text: raw.toString('utf8') })),
            )
          : [options.line];
      const explanation = await explainLog(lines, {
        rules,
        stream,
        atMs: options.line !== undefined || file === '-' ? Date.now() : (await stat(file)).mtimeMs,
        all: options.all === true || options.line !== undefined,
        ...(named === undefined ? {} : { runtime: named }),
      });
      const { runtime, lines: explained, ending } = explanation;
      const reading = options.line === undefined ? log.reading() : undefined;
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ runtime, ...(reading && readingFields(file, reading)), lines: explained, ending })}\n`
          : renderExplanation(explanation, reading && describeReading(reading)),
      );
      process.exitCode = explanation.verdict.aborts.length > 0 ? EXIT.found : EXIT.done;
    });
}

/** `rules draft` takes a number for `--line`, and here it is easily given too. */
function notBoth(file: string, line: string): string {
  const isNumber = /^[0-9]+$/.test(line);
  const one = isNumber
    ? `for line ${line} alone: sed -n ${line}p ${file} | knell rules explain`
    : `for the line alone: knell rules explain --line '…'`;
  return `--line is the text of a line, so no file is read with it. For the whole file: knell rules explain ${file}; ${one}`;
}
