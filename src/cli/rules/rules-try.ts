import { Command, Option } from 'commander';
import { type TriedLine, type TryResult, tryCondition } from '../../authoring/try-condition.ts';
import type { StreamName } from '../../contracts/run.ts';
import { excerpt } from '../../decode/excerpt.ts';
import { splitLines } from '../../decode/split-lines.ts';
import { describeReading } from '../../decode/whole-log/describe-reading.ts';
import { loadRules } from '../../ruleset/load/load-rules.ts';
import { UsageError } from '../../service/config.ts';
import { EXIT } from '../exit-codes.ts';
import { loadOptions } from '../load-packs.ts';
import { openLog, readWhole } from '../logs/open-log.ts';
import { rulesFolder, rulesOption } from '../rules-option.ts';
import { knownRuntime } from '../runtime-option.ts';
import { coloursFor } from '../terminal/colour.ts';

interface TryOptions {
  readonly rules?: string;
  readonly runtime?: string;
  readonly stream: StreamName;
  readonly json?: true;
}

/** How many lines that state no failure are shown. */
const UNSTATED_SHOWN = 5;

/** `knell rules try`: which failures of a log a condition would know. Exits 1 when there is one. */
export function rulesTryCommand(): Command {
  return new Command('try')
    .description('try one condition of a cause on a log: which failures would it know?')
    .argument('<condition>', "e.g. 'status: 402', 'code: seat_removed', or words to find in the message")
    .argument('[log]', 'the log file; - for standard input', '-')
    .option('--runtime <name>', 'which agent printed it (default: recognised from the first line)')
    .addOption(new Option('--stream <name>', 'which stream it is').choices(['stdout', 'stderr']).default('stdout'))
    .addOption(rulesOption())
    .option('--json', 'one line that it knows a row')
    .addHelpText(
      'after',
      `
Examples:
  knell rules try 'status: 402' agent.log
  knell rules try 'seat (was|has been) removed' agent.log`,
    )
    .action(async (condition: string, log: string, options: TryOptions) => {
      const { packs } = await loadRules(rulesFolder(options.rules), loadOptions());
      const packRuntimes = packs.flatMap(({ pack }) => pack.runtime);
      const named = knownRuntime(options.runtime, packRuntimes);
      const opened = openLog(log, { stream: options.stream, runtime: named, packRuntimes });
      const chunks = (await readWhole(opened)).filter(({ stream }) => stream === options.stream);
      const lines = chunks.flatMap(({ data }) => splitLines(data).map((raw) => raw.toString('utf8')));
      const reading = opened.reading();
      const result = tryCondition(
        condition,
        { lines, runtime: reading.runtime, stream: options.stream },
        packs.map(({ pack }) => pack),
      );
      if (!result.ok) throw new UsageError(result.reason);
      if (options.json) {
        for (const hit of result.hits) process.stdout.write(`${JSON.stringify({ ...hit, text: excerpt(hit.text) })}\n`);
      } else process.stdout.write(asText(result, options, describeReading(reading)));
      process.exitCode = result.hits.length > 0 ? EXIT.found : EXIT.done;
    });
}

function asText(
  { hits, failures, unstated }: Extract<TryResult, { ok: true }>,
  { stream, runtime }: TryOptions,
  readAs: string,
): string {
  const { dim, cyan } = coloursFor(process.stdout);
  const row = ({ line, text, known }: TriedLine) =>
    `${dim(String(line).padStart(6))}  ${excerpt(text)}${known === undefined ? '' : dim(`  today ${known}`)}`;
  const count = `${hits.length} of ${failures} ${failures === 1 ? 'failure' : 'failures'}; ${readAs}`;
  if (unstated.length === 0) return `${[...hits.map(row), count].join('\n')}\n`;
  const more = unstated.length > UNSTATED_SHOWN ? [dim(`        and ${unstated.length - UNSTATED_SHOWN} more`)] : [];
  const other = stream === 'stdout' ? 'stderr' : 'stdout';
  const named = runtime === undefined ? 'which runtime printed it (--runtime), ' : '';
  return `${[
    count,
    'These lines have the words, and none of them states a failure:',
    ...unstated.slice(0, UNSTATED_SHOWN).map(row),
    ...more,
    `${cyan('→')} Say ${named}or that it is of ${other} (--stream ${other}); or write down how the program says it, as a statement of its pack.`,
  ].join('\n')}\n`;
}
