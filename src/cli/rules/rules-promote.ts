import { Command } from 'commander';
import { DEFAULT_PROMOTION, obstaclesToPromotion, weigh } from '../../authoring/replay/evidence.ts';
import { obstaclesToPublishing } from '../../bundles/publishing-obstacles.ts';
import { UsageError } from '../../service/config.ts';
import { EXIT } from '../exit-codes.ts';
import { natsOption } from '../nats-option.ts';
import { candidateEvidence } from './candidate-evidence.ts';
import { lastUsable, move, withRules } from './published.ts';

interface PromoteOptions {
  readonly since: string;
  readonly right: string;
  readonly days: string;
  readonly force?: true;
  readonly allowRemovals?: true;
  readonly why?: string;
  readonly nats?: string;
  readonly json?: true;
}

/** `knell rules promote`: the candidate becomes active, where what became of its runs speaks for it. */
export function rulesPromoteCommand(): Command {
  return new Command('promote')
    .description('make the candidate active, if the runs that it would have ended failed anyway')
    .option('--right <count>', 'how many runs it must have been right about', `${DEFAULT_PROMOTION.right}`)
    .option('--days <count>', 'for how long it must have been the candidate', `${DEFAULT_PROMOTION.forMs / 86_400_000}`)
    .option('--since <span>', 'the runs of the stream that have said anything within this time', '72h')
    .option('--force', 'whatever the evidence; it stands in the pointer for good')
    .option('--allow-removals', 'packs, rules or causes of the active rules may be gone')
    .option('--why <text>', 'the reason, kept in the history')
    .addOption(natsOption())
    .option('--json', 'the pointer as JSON')
    .addHelpText(
      'after',
      `
Refused, with exit code 1: any run that succeeded and would have been ended; too few that failed; too short a time; what
"knell rules publish" refuses.

Examples:
  knell rules promote
  knell rules promote --right 5 --days 1`,
    )
    .action(async (options: PromoteOptions) => {
      const policy = {
        ...DEFAULT_PROMOTION,
        right: numberOf(options.right),
        forMs: numberOf(options.days) * 86_400_000,
      };
      const found = await candidateEvidence(options.nats, options.since);
      if (!found) throw new UsageError('there is no candidate: name one with "knell rules publish --candidate"');
      const { bundle, pointer: candidate, runs } = found;
      const evidence = weigh(runs);
      const doubts = obstaclesToPromotion(evidence, Date.now() - Date.parse(candidate.at), policy);
      const refusals = await withRules(options.nats, async (stores) => {
        const active = await stores.pointers.get('active');
        const known = (await lastUsable(stores))?.loaded;
        const hard = known ? obstaclesToPublishing(bundle.loaded, known, options.allowRemovals) : [];
        if (hard.length > 0 || (doubts.length > 0 && !options.force)) {
          return [...hard.map(({ code, message }) => `${code}: ${message}`), ...doubts];
        }
        const why = `${options.why ?? 'promoted by hand'} (${evidence.right} right, ${evidence.wrong} wrong, ${evidence.unknown} unknown)`;
        const what = {
          name: 'active',
          action: 'promote',
          digest: bundle.digest,
          ...(known && { previous: known.digest }),
          ...(options.allowRemovals && { allow_removals: true as const }),
          why: doubts.length > 0 ? `${why}; forced although: ${doubts.join('; ')}` : why,
        } as const;
        const pointer = await move(stores, what, active);
        process.stdout.write(
          options.json ? `${JSON.stringify(pointer)}\n` : `active is now ${bundle.digest}: ${pointer.why}\n`,
        );
        return [];
      });
      if (refusals.length === 0) return;
      process.stderr.write(`knell: the candidate was not promoted:\n${refusals.map((each) => `  ${each}\n`).join('')}`);
      process.exitCode = EXIT.found;
    });
}

/** @throws {UsageError} when the text is no number */
function numberOf(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number >= 0)) throw new UsageError(`"${text}" is no number from 0`);
  return number;
}
