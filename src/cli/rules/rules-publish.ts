import { Command } from 'commander';
import { obstaclesToFirstPublishing, obstaclesToPublishing } from '../../bundles/publishing-obstacles.ts';
import { followingOf } from '../../bundles/read-past.ts';
import { EXIT } from '../exit-codes.ts';
import { natsOption } from '../nats-option.ts';
import { otherName } from '../other-name.ts';
import { rulesFolder, rulesOption } from '../rules-option.ts';
import { createProgress } from '../terminal/progress.ts';
import { type AnswerOptions, sayMoved, waitOption } from './await-workers.ts';
import { buildBundle, openLocal, renderRefusals } from './open-bundle.ts';
import { lastPublished, move, pastOf, withRules } from './published.ts';

interface PublishOptions extends AnswerOptions {
  readonly rules?: string;
  readonly nats?: string;
  readonly candidate?: true;
  readonly allowRemovals?: true;
  readonly why?: string;
  readonly corpus: readonly string[];
}

/** `knell rules publish`: gives all workers other rules, or names them as the candidate. */
export function rulesPublishCommand(): Command {
  return new Command('publish')
    .description('give all workers these rules, whole or not at all')
    .argument('[folder or bundle]', 'what to publish')
    .addOption(rulesOption())
    .addOption(natsOption())
    .option('--candidate', 'only name them as the candidate: workers go on with what is active')
    .option(
      '--allow-removals',
      "packs, rules or causes of the active rules, or packs of the workers' folders, may be gone",
    )
    .option('--why <text>', 'the reason, kept in the history')
    .addOption(otherName('--reason', '--why'))
    .option('--corpus <files...>', 'labelled corpora whose scores a folder is published with', [])
    .addOption(waitOption())
    .option('--json', 'the pointer as JSON, with what the workers said')
    .addHelpText(
      'after',
      `
Refused, with exit code 1: a pack that is older than the active one, or whose version does not say how much it changes; rules
that are gone without --allow-removals; more false aborts on the same corpus. With KNELL_RULES_SIGNING_KEY or
KNELL_RULES_SIGNING_KEY_FILE set, the publication is signed. A candidate is named all the same, and what promote would refuse is said.
Exits 1, too, when a running worker refuses what was published: its reasons are printed.

Examples:
  knell rules publish --why "Codex words its quota anew"
  knell rules publish knell-rules-4f1c.json --candidate`,
    )
    .action(async (given: string | undefined, options: PublishOptions) => {
      const progress = createProgress(process.stderr, 'examples');
      const bundle = await openLocal(given ?? rulesFolder(options.rules), (folder) =>
        buildBundle(folder, options.corpus, progress),
      ).finally(progress.clear);
      const name = options.candidate ? 'candidate' : 'active';
      const refusals = await withRules(options.nats, async (stores) => {
        const active = await stores.pointers.get('active');
        const past = await pastOf(stores, 'active');
        const known = (await lastPublished(stores, past))?.loaded;
        const obstacles = async () =>
          known
            ? obstaclesToPublishing(bundle.loaded, known, options.allowRemovals)
            : obstaclesToFirstPublishing(bundle.loaded, await stores.workers.list(), options.allowRemovals);
        const found = await obstacles();
        if (found.length > 0 && !options.candidate) return found;
        if (found.length > 0) {
          process.stderr.write(
            `knell: as they are, "knell rules promote" will refuse them:\n${renderRefusals(found)}\n`,
          );
        }
        await stores.bundles.put(bundle.digest, bundle.bytes);
        const pointer = await move(
          stores,
          {
            name,
            action: 'publish',
            digest: bundle.digest,
            ...followingOf(past, bundle.digest, known?.digest),
            ...(options.allowRemovals && { allow_removals: true as const }),
            why: options.why ?? 'published by hand',
          },
          options.candidate ? await stores.pointers.get('candidate') : active,
        );
        const isSame = bundle.digest === known?.digest;
        const same = options.candidate
          ? ': these are the active rules, so there is nothing to try'
          : ': the same rules as before';
        const done = `${name} is now ${bundle.digest} (move ${pointer.serial})${isSame ? same : ''}\n`;
        await sayMoved(stores, pointer, done, options);
        return [];
      });
      if (refusals.length === 0) return;
      process.stderr.write(`knell: the rules were not published:\n${renderRefusals(refusals)}\n`);
      process.exitCode = EXIT.found;
    });
}
