import { readFile, stat } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { Command, Option } from 'commander';
import { explainLog } from '../../authoring/explain/explain-log.ts';
import { explainRecord, readVerdict } from '../../authoring/explain/explain-record.ts';
import type { StreamName } from '../../contracts/run.ts';
import { UsageError } from '../../service/config.ts';
import { EXIT } from '../exit-codes.ts';
import { rulesFrom, rulesOption } from '../rules-option.ts';
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
    .argument('[file]', 'a log, or the JSON of a failure record or abort command; - for standard input', '-')
    .option('--line <text>', 'explain this one line instead of a file')
    .option('--runtime <name>', 'which agent printed it (default: told from the lines)')
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
    .action(async (file: string, options: ExplainOptions) => {
      const rules = await rulesFrom(options.rules);
      const input = options.line ?? (file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8'));
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
      const lines = input.replace(/\n$/, '').split('\n');
      const explanation = await explainLog(lines, {
        rules,
        stream: options.stream,
        atMs: options.line !== undefined || file === '-' ? Date.now() : (await stat(file)).mtimeMs,
        all: options.all === true || options.line !== undefined,
        ...(options.runtime === undefined ? {} : { runtime: options.runtime }),
      });
      const { runtime, lines: explained, ending } = explanation;
      process.stdout.write(
        options.json ? `${JSON.stringify({ runtime, lines: explained, ending })}\n` : renderExplanation(explanation),
      );
      process.exitCode = explanation.verdict.aborts.length > 0 ? EXIT.found : EXIT.done;
    });
}
