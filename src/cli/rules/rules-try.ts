import { Command, Option } from 'commander';
import { tryCondition } from '../../authoring/try-condition.ts';
import type { StreamName } from '../../contracts/run.ts';
import { excerpt } from '../../decode/excerpt.ts';
import { splitLines } from '../../decode/split-lines.ts';
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

/** `knell rules try`: which failures of a log a condition would know. Exits 1 when there is one. */
export function rulesTryCommand(): Command {
  return new Command('try')
    .description('try one condition of a cause on a log: which failures would it know?')
    .argument('<condition>', "e.g. 'status: 402', 'code: seat_removed', or words to find in the message")
    .argument('[log]', 'the log file; - for standard input', '-')
    .option('--runtime <name>', 'which agent printed it (default: told from the first line)')
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
      const { runtime } = opened.reading();
      const result = tryCondition(
        condition,
        { lines, runtime, stream: options.stream },
        packs.map(({ pack }) => pack),
      );
      if (!result.ok) throw new UsageError(result.reason);
      const { dim } = coloursFor(process.stdout);
      for (const { line, text: said } of result.hits) {
        const row = { line, text: excerpt(said) };
        process.stdout.write(
          options.json ? `${JSON.stringify(row)}\n` : `${dim(String(line).padStart(6))}  ${row.text}\n`,
        );
      }
      if (!options.json) {
        process.stdout.write(`${result.hits.length} of ${result.failures} failures in ${lines.length} lines\n`);
      }
      process.exitCode = result.hits.length > 0 ? EXIT.found : EXIT.done;
    });
}
