import { Command } from 'commander';
import { previousOf } from '../../bundles/move-on.ts';
import { UsageError } from '../../service/config.ts';
import { natsOption } from '../nats-option.ts';
import { digestFor, move, openPublished, withRules } from './published.ts';

interface RollbackOptions {
  readonly nats?: string;
  readonly to?: string;
  readonly why?: string;
  readonly json?: true;
}

/** `knell rules rollback`: back to rules that were active before; only the pointer moves. */
export function rulesRollbackCommand(): Command {
  return new Command('rollback')
    .description('go back to the rules that were active before')
    .option('--to <digest>', 'to these rather than to the last ones')
    .addOption(natsOption())
    .option('--why <text>', 'the reason, kept in the history')
    .option('--json', 'the pointer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  knell rules rollback --why "ends healthy runs"
  knell rules rollback --to 4f1c09ab`,
    )
    .action(async (options: RollbackOptions) => {
      const pointer = await withRules(options.nats, async (stores) => {
        const active = await stores.pointers.get('active');
        const current = active?.pointer;
        const digest = options.to === undefined ? current?.previous : await digestFor(stores, options.to);
        if (digest === undefined) {
          throw new UsageError(
            'there is nothing to go back to: it was a rollback that made these active, or the first publication; name a digest of "knell rules status" with --to',
          );
        }
        // A pointer to what can't be run would be refused by every worker.
        await openPublished(stores, digest);
        const previous = previousOf(await stores.pointers.history('active'), digest);
        const why = options.why ?? 'rolled back by hand';
        const about = { name: 'active', action: 'rollback', digest, why } as const;
        return move(stores, { ...about, ...(previous !== undefined && { previous }) }, active);
      });
      process.stdout.write(
        options.json ? `${JSON.stringify(pointer)}\n` : `active is ${pointer.digest} again (move ${pointer.serial})\n`,
      );
    });
}
