import { Command, Option } from 'commander';
import type { Run, StreamName } from '../contracts/run.ts';
import { describeReading, readingFields } from '../decode/whole-log/describe-reading.ts';
import { classifyLog, type LogVerdict } from '../memory/classify-log.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import { UsageError } from '../service/config.ts';
import { EXIT } from './exit-codes.ts';
import { rulesFrom } from './load-packs.ts';
import { exitOption, type HowItEnded } from './logs/exit-option.ts';
import { type FoundLog, findLogs } from './logs/find-logs.ts';
import { type OpenLog, openLog } from './logs/open-log.ts';
import { renderVerdict } from './logs/render-verdict.ts';
import { createScannedRuns } from './logs/scanned-runs.ts';
import { rulesOption } from './rules-option.ts';
import { knownRuntime } from './runtime-option.ts';

interface ScanOptions {
  readonly runtime?: string;
  readonly stream: StreamName;
  readonly exit?: HowItEnded;
  readonly rules?: string;
  readonly json?: true;
}

/** `knell scan`: classifies finished logs without NATS. Exits 1 when a run in them was doomed. */
export function scanCommand(): Command {
  return new Command('scan')
    .description('classify a finished log: what would knell have said?')
    .argument('[files...]', 'log files or folders, gzipped or not; - or nothing for standard input', ['-'])
    .option('--runtime <name>', 'which agent printed it, e.g. claude-code (default: recognised from the lines)')
    .addOption(
      new Option('--stream <name>', 'which stream it is, where the log does not say')
        .choices(['stdout', 'stderr'])
        .default('stdout'),
    )
    .addOption(exitOption())
    .addOption(rulesOption())
    .option('--json', 'one abort command or failure record a row')
    .addHelpText(
      'after',
      `
A log may be stored as docker's json-file, CRI, docker compose, kubectl --prefix, GitHub, GitLab and other runners, syslog,
journald, Vector, OTLP or Fluent Bit write it, in UTF-8 or UTF-16: its first 64 KiB show which, and the output says so. Each row
with --json has the message's own fields, and file, read_as, lines and not_understood.

Exits 0 when no run in the logs was doomed, 1 when one was, 2 when a log could not be read; the others are read all the same.

Examples:
  knell scan agent.log
  knell scan --runtime codex --stream stderr codex.err
  knell scan --exit 137 agent.log
  knell scan /var/lib/docker/containers/4f1c/ run-*.log.gz
  journalctl -u agent | knell scan -`,
    )
    .action(async (files: string[], options: ScanOptions) => {
      const rules = await rulesFrom(options.rules);
      knownRuntime(options.runtime, rules.runtimes);
      const runOf = createScannedRuns();
      const codes = new Set<number>([EXIT.done]);
      const complain = (message: string): void => {
        process.stderr.write(`knell: ${message}\n`);
        codes.add(EXIT.usage);
      };
      for (const found of await findLogs(files)) {
        if ('message' in found) {
          complain(found.message);
          continue;
        }
        try {
          const { stream, runtime, exit } = options;
          const about = { stream, rules, run: runOf(found.file), ...(runtime && { runtime }), ...(exit && { exit }) };
          const { verdict, log } = await scanLog(found, about);
          const reading = log.reading();
          if (reading.encoding === 'binary') {
            complain(`can't read the log ${found.file}: it is no text, neither UTF-8 nor UTF-16`);
            continue;
          }
          if (verdict.aborts.length > 0) codes.add(EXIT.found);
          process.stdout.write(
            options.json ? asRows(found, verdict, log) : renderVerdict(found.file, verdict, reading),
          );
          // Without a row there is no other place for it.
          if (options.json && reading.notUnderstood > 0 && verdict.records.length === 0) {
            process.stderr.write(`knell: ${found.file}: ${describeReading(reading)}\n`);
          }
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
          complain(error.message);
        }
      }
      process.exitCode = Math.max(...codes);
    });
}

/** What a log is classified with. */
interface LogScan {
  readonly stream: StreamName;
  readonly runtime?: string;
  readonly exit?: HowItEnded;
  readonly rules: RuleSet;
  readonly run: Run;
}

/** @throws what reading the file throws */
async function scanLog(
  { file, writtenMs }: FoundLog,
  { stream, runtime, exit, rules, run }: LogScan,
): Promise<{ verdict: LogVerdict; log: OpenLog }> {
  const log = openLog(file, { stream, runtime, packRuntimes: rules.runtimes });
  const verdict = await classifyLog(log.chunks, {
    rules,
    run,
    atMs: writtenMs,
    ...(runtime !== undefined && { runtime }),
    ...(exit && { exit }),
  });
  return { verdict, log };
}

function asRows({ file }: FoundLog, { aborts, records }: LogVerdict, log: OpenLog): string {
  const about = readingFields(file, log.reading());
  return [...aborts, ...records].map((row) => `${JSON.stringify({ ...row, ...about })}\n`).join('');
}
