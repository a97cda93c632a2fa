import { stat } from 'node:fs/promises';
import { Command, Option } from 'commander';
import type { FailureRecord } from '../contracts/failure-record.ts';
import type { StreamName } from '../contracts/run.ts';
import { classifyLog, type LogVerdict } from '../memory/classify-log.ts';
import { UsageError } from '../service/config.ts';
import { EXIT } from './exit-codes.ts';
import { readLog } from './read-log.ts';
import { rulesFrom, rulesOption } from './rules-option.ts';
import { coloursFor } from './terminal/colour.ts';

interface ScanOptions {
  readonly runtime?: string;
  readonly stream: StreamName;
  readonly rules?: string;
  readonly json?: true;
}

/** `knell scan`: classifies finished logs without NATS. Exits 1 when a run in them was doomed. */
export function scanCommand(): Command {
  return new Command('scan')
    .description('classify a finished log: what would knell have said?')
    .argument('[files...]', 'log files; - or nothing for standard input', ['-'])
    .option('--runtime <name>', 'which agent printed it, e.g. claude-code (default: told from the lines)')
    .addOption(new Option('--stream <name>', 'which stream it is').choices(['stdout', 'stderr']).default('stdout'))
    .addOption(rulesOption())
    .option('--json', 'one abort command or failure record a row')
    .addHelpText(
      'after',
      `
Exits 0 when no run in the logs was doomed, 1 when one was.

Examples:
  knell scan agent.log
  knell scan --runtime codex --stream stderr codex.err
  journalctl -u agent -o cat | knell scan -`,
    )
    .action(async (files: string[], options: ScanOptions) => {
      const rules = await rulesFrom(options.rules);
      let doomed = false;
      for (const file of files) {
        // What a log says of times ("resets 3pm") is meant from when it was written.
        const atMs = file === '-' ? Date.now() : await writtenMs(file);
        const verdict = await classifyLog(readLog(file, options.stream), {
          rules,
          atMs,
          ...(options.runtime === undefined ? {} : { runtime: options.runtime }),
        });
        doomed ||= verdict.aborts.length > 0;
        process.stdout.write(options.json ? asRows(verdict) : asText(file, verdict));
      }
      process.exitCode = doomed ? EXIT.found : EXIT.done;
    });
}

/** @throws {UsageError} when there is no such file, or none that can be read */
async function writtenMs(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (cause) {
    throw new UsageError(`can't read the log ${file}: ${(cause as Error).message}`, { cause });
  }
}

function asRows({ aborts, records }: LogVerdict): string {
  return [...aborts, ...records].map((row) => `${JSON.stringify(row)}\n`).join('');
}

function asText(file: string, { records, notices }: LogVerdict): string {
  const colours = coloursFor(process.stdout);
  const name = file === '-' ? 'standard input' : file;
  if (records.length + notices.length === 0) return `${colours.green('✓')} ${name}: nothing wrong found\n`;
  const lines = records.map((record) => `${headline(record)}\n${detail(record)}`);
  const warnings = notices.map((notice) => `${colours.cyan('notice')}  ${notice.kind}  ${notice.message}\n`);
  return `${colours.bold(name)}\n${lines.join('')}${warnings.join('')}`;

  function headline(record: FailureRecord): string {
    const paint = record.disposition === 'aborted' ? colours.red : colours.yellow;
    const word = {
      aborted: 'ABORT',
      would_abort: 'would abort',
      warned: 'warning',
      recorded: 'seen',
      suppressed: 'not acted on',
    };
    return `${paint(word[record.disposition])}  ${colours.bold(record.category)}  ${record.rule.pack}/${record.rule.id}  ${colours.dim(`${record.grade} evidence, scope ${record.scope}`)}`;
  }

  function detail(record: FailureRecord): string {
    const where = record.evidence.map(
      (item) => `  ${item.stream}:${item.line + 1}  ${colours.dim(item.event)}  ${item.excerpt}\n`,
    );
    const reason = record.reason === undefined ? '' : `  because ${record.reason}\n`;
    const next =
      record.disposition === 'aborted'
        ? `  next: ${record.next_action}${record.not_before ? `, not before ${record.not_before}` : ''}\n`
        : '';
    return `${where.join('')}${reason}${next}`;
  }
}
