import { Command } from 'commander';
import { PointerName, WorkerGroup } from '../../contracts/rules-pointer.ts';
import { UsageError } from '../../service/config.ts';
import { natsOption } from '../nats-option.ts';
import { digestToSign, move, openPublished, withRules } from './published.ts';

interface PinOptions {
  readonly nats?: string;
  readonly release?: true;
  readonly why?: string;
  readonly json?: true;
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
    .option('--json', 'the pointer as JSON')
    .addHelpText(
      'after',
      `
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
      const pointer = await withRules(options.nats, async (stores) => {
        const why = options.why ?? 'by hand';
        const before = await stores.pointers.get(name);
        if (rules === undefined && before?.pointer?.digest === undefined) {
          throw new UsageError(`nothing is pinned for the group ${group}: "knell rules status" lists what is`);
        }
        if (rules === undefined) return move(stores, { name, action: 'release', why }, before);
        const digest = await digestToSign(stores, rules);
        await openPublished(stores, digest);
        return move(stores, { name, action: 'pin', digest, why }, before);
      });
      process.stdout.write(
        options.json
          ? `${JSON.stringify(pointer)}\n`
          : pointer.digest === undefined
            ? `the group ${group} runs what is active again\n`
            : `the group ${group} runs ${pointer.digest}\n`,
      );
    });
}
