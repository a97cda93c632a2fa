import { Command } from 'commander';
import { short } from '../../bundles/archive.ts';
import { previousOf } from '../../bundles/read-past.ts';
import { UsageError } from '../../service/config.ts';
import { natsOption } from '../nats-option.ts';
import { otherName } from '../other-name.ts';
import { type AnswerOptions, sayMoved, waitOption } from './await-workers.ts';
import { digestFor, move, openPublished, pastOf, withRules } from './published.ts';

interface RollbackOptions extends AnswerOptions {
  readonly nats?: string;
  readonly to?: string;
  readonly why?: string;
}

/** `knell rules rollback`: back to rules that were active before; only the pointer moves. */
export function rulesRollbackCommand(): Command {
  return new Command('rollback')
    .description('go back to the rules that were active before')
    .option('--to <digest>', 'to these rather than to the last ones')
    .addOption(natsOption())
    .option('--why <text>', 'the reason, kept in the history')
    .addOption(otherName('--reason', '--why'))
    .addOption(waitOption())
    .option('--json', 'the pointer as JSON, with what the workers said')
    .addHelpText(
      'after',
      `
Exits 1 when a running worker refuses it.

Examples:
  knell rules rollback --why "ends healthy runs"
  knell rules rollback --to 4f1c09ab`,
    )
    .action(async (options: RollbackOptions) => {
      await withRules(options.nats, async (stores) => {
        const active = await stores.pointers.get('active');
        const { moves, verified } = await pastOf(stores, 'active');
        if (options.to === undefined && verified === 'none' && moves.length > 0) {
          throw new UsageError(
            'no entry of "active" is signed by a key that is known here, so none says what to go back to: name a digest with --to',
          );
        }
        const digest = options.to === undefined ? moves.at(-1)?.previous : await digestFor(stores, options.to);
        if (digest === undefined) {
          const why =
            moves.at(-1)?.action === 'rollback'
              ? 'it was a rollback that made these active, and no others came before them'
              : 'no other rules were published before these';
          throw new UsageError(
            `there is nothing to go back to: ${why}; name a digest of "knell rules status" with --to`,
          );
        }
        // A pointer to what can't be run would be refused by every worker.
        await openPublished(stores, digest);
        if (!moves.some((each) => each.digest === digest || each.previous === digest)) {
          throw new UsageError(
            `no move that counts here has made the rules ${short(digest)} active: "knell rules promote" and "knell rules publish" do`,
          );
        }
        const previous = previousOf(moves, digest);
        const why = options.why ?? 'rolled back by hand';
        const about = { name: 'active', action: 'rollback', digest, why } as const;
        const pointer = await move(stores, { ...about, ...(previous !== undefined && { previous }) }, active);
        await sayMoved(stores, pointer, `active is ${pointer.digest} again (move ${pointer.serial})\n`, options);
      });
    });
}
