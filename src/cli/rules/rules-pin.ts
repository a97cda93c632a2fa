import { Command } from 'commander';
import { PointerName, WorkerGroup } from '../../contracts/rules-pointer.ts';
import { UsageError } from '../../service/config.ts';
import { natsOption } from '../nats-option.ts';
import { otherName } from '../other-name.ts';
import { type AnswerOptions, sayMoved, waitOption } from './await-workers.ts';
import { digestToSign, move, openPublished, withRules } from './published.ts';

interface PinOptions extends AnswerOptions {
  readonly nats?: string;
  readonly release?: true;
  readonly why?: string;
}

/** `knell rules pin`: one group of workers runs other rules than the rest. */
export function rulesPinCommand(): Command {
  return new Command('pin')
    .description('have one group of workers run certain rules, whatever is active')
    .argument('<group>', 'the group, as KNELL_RULES_GROUP names it on its workers')
    .argument('[rules]', 'a digest or its beginning, or "candidate" or "active"')
    .option('--release', 'let the group run what is active again')
    .addOption(natsOption())
    .option('--why <text>', 'the reason, kept in the history')
    .addOption(otherName('--reason', '--why'))
    .addOption(waitOption())
    .option('--json', 'the pointer as JSON, with what the workers said')
    .addHelpText(
      'after',
      `
Exits 1 when a running worker of the group refuses them.

Examples:
  knell rules pin canary candidate
  knell rules pin canary --release`,
    )
    .action(async (group: string, rules: string | undefined, options: PinOptions) => {
      if (!WorkerGroup.safeParse(group).success) {
        throw new UsageError(`"${group}" is no group: use letters, digits, _ and -`);
      }
      if ((rules === undefined) !== (options.release === true)) {
        throw new UsageError('name the rules to pin, or give --release');
      }
      const name = PointerName.parse(`pin.${group}`);
      await withRules(options.nats, async (stores) => {
        const why = options.why ?? 'by hand';
        const before = await stores.pointers.get(name);
        if (rules === undefined) {
          // An entry that is no pointer keeps the group from following anything.
          if (!before || (before.pointer && before.pointer.digest === undefined)) {
            throw new UsageError(`nothing is pinned for the group ${group}: "knell rules status" lists what is`);
          }
          const pointer = await move(stores, { name, action: 'release', why }, before);
          await sayMoved(stores, pointer, `the group ${group} runs what is active again\n`, options);
          return;
        }
        const digest = await digestToSign(stores, rules);
        await openPublished(stores, digest);
        const pointer = await move(stores, { name, action: 'pin', digest, why }, before);
        await sayMoved(stores, pointer, `the group ${group} is to run ${digest}\n`, options);
      });
    });
}
