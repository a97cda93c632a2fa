import { Command } from 'commander';
import { UsageError } from '../../service/config.ts';
import { natsOption } from '../nats-option.ts';
import { otherName } from '../other-name.ts';
import { move, withRules } from './published.ts';

interface WithdrawOptions {
  readonly nats?: string;
  readonly why?: string;
  readonly json?: true;
}

/** `knell rules withdraw`: no candidate is tried any more. */
export function rulesWithdrawCommand(): Command {
  return new Command('withdraw')
    .description('try the candidate no longer; what is active stays as it is')
    .addOption(natsOption())
    .option('--why <text>', 'the reason, kept in the history')
    .addOption(otherName('--reason', '--why'))
    .option('--json', 'the pointer as JSON')
    .addHelpText('after', '\nExamples:\n  knell rules withdraw --why "ends healthy runs"')
    .action(async ({ nats, why = 'by hand', json }: WithdrawOptions) => {
      const pointer = await withRules(nats, async (stores) => {
        const before = await stores.pointers.get('candidate');
        // An entry that is no pointer is taken away too: workers refuse it until then.
        if (!before || (before.pointer && before.pointer.digest === undefined))
          throw new UsageError('there is no candidate');
        return move(stores, { name: 'candidate', action: 'release', why }, before);
      });
      process.stdout.write(json ? `${JSON.stringify(pointer)}\n` : 'no candidate is tried any more\n');
    });
}
