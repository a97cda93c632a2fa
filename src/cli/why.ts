import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { renderWhy, renderWhyMarkdown } from '../authoring/why/render-why.ts';
import { type WhySource, whyReport } from '../authoring/why/report.ts';
import { isOfLaterUse } from '../classify/apply-run-event.ts';
import { FailureRecord } from '../contracts/failure-record.ts';
import { parseRunKey, type Run, runKey } from '../contracts/run.ts';
import { STREAMS } from '../contracts/subjects.ts';
import { splitLines } from '../decode/split-lines.ts';
import { describeReading, readingFields } from '../decode/whole-log/describe-reading.ts';
import type { LogReading } from '../decode/whole-log/log-reader.ts';
import { classifyLog, type LogChunk } from '../memory/classify-log.ts';
import { openRuns } from '../nats/ensure-streams.ts';
import { createLogHistory } from '../nats/log-history.ts';
import { readStored } from '../nats/read-stored.ts';
import { createRunStore } from '../nats/store/run-store.ts';
import type { LoggedLine } from '../pipeline/ports/ports.ts';
import { UsageError } from '../service/config.ts';
import { EXIT } from './exit-codes.ts';
import { rulesFrom } from './load-packs.ts';
import { exitOption, type HowItEnded } from './logs/exit-option.ts';
import { openLog } from './logs/open-log.ts';
import { natsOption } from './nats-option.ts';
import { rulesOption } from './rules-option.ts';
import { knownRuntime } from './runtime-option.ts';
import { coloursFor } from './terminal/colour.ts';
import { withNats } from './with-nats.ts';

interface WhyOptions {
  readonly nats?: string;
  readonly rules?: string;
  readonly runtime?: string;
  readonly exit?: HowItEnded;
  readonly json?: true;
  readonly markdown?: true;
}

/** How many lines of a run are read for the evidence and what stands around it. */
const MAX_LINES = 50_000;

/** `knell why`: why a run failed, on one screen. Exits 1 when it failed. */
export function whyCommand(): Command {
  return new Command('why')
    .description('why a run failed: what ended it, who said so, the evidence, and what to do')
    .argument('<run>', 'a run, agent.execution.attempt, or a log file; - for standard input')
    .addOption(natsOption())
    .addOption(rulesOption())
    .option('--runtime <name>', 'which agent printed the log (default: recognised from the lines)')
    .addOption(exitOption())
    .addOption(new Option('--json', 'print it as JSON').conflicts('markdown'))
    .option('--markdown', 'print it as Markdown, for a ticket')
    .addHelpText(
      'after',
      `
Examples:
  knell why builder.e42.1
  knell why agent.log --markdown
  knell why agent.log --exit 137`,
    )
    .action(async (name: string, options: WhyOptions) => {
      const run = name === '-' || existsSync(name) ? undefined : parseRunKey(name);
      if (!run && name !== '-' && !existsSync(name)) {
        throw new UsageError(
          `"${name}" is neither a file nor a run: write agent.execution.attempt, e.g. builder.e42.1`,
        );
      }
      if (run && options.exit) throw new UsageError('--exit is for a log: how a run ended, its host has said');
      const { source, reading } = run ? await fromFleet(run, options) : await fromLog(name, options);
      const found = whyReport(source);
      const isEmpty = reading?.lines === 0 && found.outcome === 'nothing_wrong';
      const report = isEmpty ? { ...found, summary: 'There are no lines in it, so nothing wrong was found.' } : found;
      const readAs = reading && describeReading(reading);
      const fields = reading && readingFields(name, reading);
      if (options.json) process.stdout.write(`${JSON.stringify({ ...report, ...fields })}\n`);
      else if (options.markdown)
        process.stdout.write(`${renderWhyMarkdown(report)}${readAs ? `\nThe log was ${readAs}.\n` : ''}`);
      else process.stdout.write(`${renderWhy(report, coloursFor(process.stdout))}${readAs ? `${readAs}\n` : ''}`);
      process.exitCode = report.outcome === 'nothing_wrong' || report.outcome === 'succeeded' ? EXIT.done : EXIT.found;
    });
}

/** What is known of a run, and, of one in a log, what the log was read as. */
interface Found {
  readonly source: WhySource;
  readonly reading?: LogReading;
}

async function fromLog(file: string, options: WhyOptions): Promise<Found> {
  const rules = await rulesFrom(options.rules);
  const runtime = knownRuntime(options.runtime, rules.runtimes);
  const log = openLog(file, { stream: 'stdout', runtime, packRuntimes: rules.runtimes });
  const lines: LoggedLine[] = [];
  let seq = 0;
  async function* kept(): AsyncGenerator<LogChunk> {
    for await (const chunk of log.chunks) {
      seq += 1;
      for (const [row, raw] of splitLines(chunk.data).entries()) {
        if (lines.length >= MAX_LINES) break;
        lines.push({ stream: chunk.stream, position: { seq, row }, text: raw.toString('utf8') });
      }
      yield chunk;
    }
  }
  const atMs = file === '-' ? Date.now() : (await stat(file)).mtimeMs;
  const { state, records } = await classifyLog(kept(), {
    rules,
    atMs,
    ...(runtime === undefined ? {} : { runtime }),
    ...(options.exit && { exit: options.exit }),
  });
  const reading = log.reading();
  if (reading.encoding === 'binary') {
    throw new UsageError(`can't read the log ${file}: it is no text, neither UTF-8 nor UTF-16`);
  }
  return { source: { name: file === '-' ? 'standard input' : file, state, records, lines, isLog: true }, reading };
}

function fromFleet(run: Run, options: WhyOptions): Promise<Found> {
  return withNats(options.nats, async (connection, subjects, replicas) => {
    const store = createRunStore(await openRuns(connection, replicas), () => undefined);
    const known = await store.get(run);
    if (!known || known.isUnreadable)
      throw new UsageError(`nothing is known of ${runKey(run)}: look with \`knell runs list\``);
    const manager = await connection.jetstreamManager();
    const records = new Map<string, FailureRecord>();
    const filter = `${subjects.prefix}.failures.*.*.${runKey(run)}`;
    for await (const payload of readStored(manager, STREAMS.failures, filter)) {
      const record = FailureRecord.safeParse(payload);
      // A later version of a record takes the place of the earlier one; a candidate's word says nothing of why it failed.
      if (record.success && !record.data.candidate) records.set(record.data.record_id, record.data);
    }
    const printed = await createLogHistory(manager, subjects).linesAfter(run, { seq: 0, row: 0 }, MAX_LINES);
    const lines = printed.filter(({ atMs = 0 }) => !isOfLaterUse(known.state, atMs));
    return { source: { name: runKey(run), state: known.state, records: [...records.values()], lines } };
  });
}
