import { Command } from 'commander';
import { obstaclesToPromotion, promotionPolicy, type WouldAbort, weigh } from '../../authoring/replay/evidence.ts';
import { diffRules, type RulesDiff } from '../../bundles/diff-rules.ts';
import { obstaclesToFirstPublishing, obstaclesToPublishing } from '../../bundles/publishing-obstacles.ts';
import { followingOf } from '../../bundles/read-past.ts';
import { UsageError } from '../../service/config.ts';
import { EXIT } from '../exit-codes.ts';
import { natsOption } from '../nats-option.ts';
import { otherName } from '../other-name.ts';
import { printable } from '../terminal/keep-to-text.ts';
import { sinceOption } from '../terminal/since.ts';
import { type AnswerOptions, sayMoved, waitOption } from './await-workers.ts';
import { candidateEvidence } from './candidate-evidence.ts';
import { lastPublished, move, mustBeSigned, pastOf, withRules } from './published.ts';

interface PromoteOptions extends AnswerOptions {
  readonly since: number;
  readonly right: string;
  readonly days: string;
  readonly force?: true;
  readonly allowRemovals?: true;
  readonly why?: string;
  readonly nats?: string;
}

/** `knell rules promote`: the candidate becomes active, where what became of its runs speaks for it. */
export function rulesPromoteCommand(): Command {
  return new Command('promote')
    .description('make the candidate active, if the runs that it would have ended failed anyway')
    .option('--right <count>', 'ask for at least so many runs that it was right about', '0')
    .option('--days <count>', 'ask for at least so many days as the candidate', '0')
    .addOption(sinceOption('the runs of the stream that have said anything since then', '72h'))
    .option('--force', 'whatever the evidence, but not what publish refuses; it stands in the pointer for good')
    .option('--allow-removals', 'packs, rules or causes of the active rules may be gone')
    .option('--why <text>', 'the reason, kept in the history')
    .addOption(otherName('--reason', '--why'))
    .addOption(natsOption())
    .addOption(waitOption())
    .option('--json', 'the pointer as JSON, with what the workers said')
    .addHelpText(
      'after',
      `
Refused, with exit code 1: runs that succeeded and would have been ended; too few that failed; too short a time; what "knell rules
publish" refuses. How much is asked for, a pack says ("promotion: { right: 20, wrong: 0, days: 3 }", which is what holds where none
does); of several packs, and of the active rules, the strictest. The options ask for more, never for less.

Examples:
  knell rules promote
  knell rules promote --right 100 --days 7`,
    )
    .action(async (options: PromoteOptions) => {
      const [right, days] = [numberOf(options.right), numberOf(options.days)];
      const found = await candidateEvidence(options.nats, options.since, mustBeSigned);
      if (!found) throw new UsageError('there is no candidate: name one with "knell rules publish --candidate"');
      const { bundle, pointer: candidate, runs } = found;
      const evidence = weigh(runs);
      const refusals = await withRules(options.nats, async (stores) => {
        const active = await stores.pointers.get('active');
        const past = await pastOf(stores, 'active');
        const known = (await lastPublished(stores, past))?.loaded;
        const asked = promotionPolicy(bundle.loaded.packs, known?.packs);
        const policy = {
          ...asked,
          right: Math.max(asked.right, right),
          forMs: Math.max(asked.forMs, days * 86_400_000),
        };
        const doubts = obstaclesToPromotion(evidence, Date.now() - Date.parse(candidate.at), policy);
        const hard = known
          ? obstaclesToPublishing(bundle.loaded, known, options.allowRemovals)
          : obstaclesToFirstPublishing(bundle.loaded, await stores.workers.list(), options.allowRemovals);
        if (hard.length > 0 || (doubts.length > 0 && !options.force)) {
          const cannot = options.force ? ' (--force does not override this)' : '';
          return [...hard.map(({ code, message }) => `${code}: ${message}${cannot}`), ...(options.force ? [] : doubts)];
        }
        const untried = known ? untriedIn(diffRules(known, bundle.loaded), runs) : [];
        const why = `${options.why ?? 'promoted by hand'} (${evidence.right} right, ${evidence.wrong} wrong, ${evidence.unknown} unknown)`;
        const what = {
          name: 'active',
          action: 'promote',
          digest: bundle.digest,
          ...followingOf(past, bundle.digest, known?.digest),
          ...(options.allowRemovals && { allow_removals: true as const }),
          why: doubts.length > 0 ? `${why}; forced although: ${doubts.join('; ')}` : why,
        } as const;
        const pointer = await move(stores, what, active);
        if (untried.length > 0) {
          const names = printable(untried.join(', '), process.stderr);
          process.stderr.write(`knell: of what newly ends runs no run has shown whether rightly: ${names}\n`);
        }
        await sayMoved(stores, pointer, `active is now ${bundle.digest}: ${pointer.why}\n`, options);
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

/** The rules and causes that come to end runs, and that no run was held against. */
function untriedIn({ changes }: RulesDiff, runs: readonly WouldAbort[]): string[] {
  const tried = new Set(runs.map(({ rule }) => rule));
  return changes
    .filter(({ kind, newly_aborts }) => newly_aborts && (kind === 'rule' || kind === 'cause'))
    .map(({ key }) => key)
    .filter((key) => !tried.has(key));
}
