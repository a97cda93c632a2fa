import { Command } from 'commander';
import { readDrift } from '../../nats/drift-kinds.ts';
import { EXIT } from '../exit-codes.ts';
import { natsOption } from '../nats-option.ts';
import { table } from '../terminal/table.ts';
import { momentOf } from '../terminal/when.ts';
import { withNats } from '../with-nats.ts';

/** How much of what a failure said is shown. */
const SHOWN = 60;

/** `knell rules drift`: the failures that no cause knows, by their fingerprints. */
export function rulesDriftCommand(): Command {
  return new Command('drift')
    .description('which failures no cause or rule knows, by kind: what to draft next')
    .addOption(natsOption())
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `
How often is that of the last notice: of the 1st, 10th, 100th … time. Exits 1 when there is any.

Examples:
  knell rules drift
  knell rules drift --json | jq -r .kinds[0].fingerprint`,
    )
    .action(async (options: { readonly nats?: string; readonly json?: true }) => {
      const kinds = await withNats(options.nats, async (connection, subjects) =>
        readDrift({ manager: await connection.jetstreamManager(), subjects }),
      );
      if (kinds.length > 0) process.exitCode = EXIT.found;
      if (options.json) {
        process.stdout.write(`${JSON.stringify({ schema: 'knell.drift-report/v1', kinds })}\n`);
        return;
      }
      if (kinds.length === 0) {
        process.stdout.write('no failure is unknown, as far as notices are kept\n');
        return;
      }
      const nowMs = Date.now();
      const rows = kinds.map(({ fingerprint, count, runtime, excerpt, run = '–', last_at }) => [
        fingerprint,
        count > 1 ? `${count}+` : `${count}`,
        runtime,
        run,
        momentOf(last_at, nowMs),
        excerpt.length > SHOWN ? `${excerpt.slice(0, SHOWN)}…` : excerpt,
      ]);
      const head = ['fingerprint', 'seen', 'runtime', 'last run', 'when', 'what it said'];
      process.stdout.write(`${table(head, rows)}→ knell rules draft ${kinds[0]?.fingerprint} makes a cause of one\n`);
    });
}
