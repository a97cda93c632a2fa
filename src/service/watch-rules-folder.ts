import { formatTime } from '../contracts/time.ts';
import type { Logger } from '../logging/logger.ts';
import type { Publisher } from '../pipeline/ports/ports.ts';
import { type LiveRules, watchRules } from '../ruleset/load/live-rules.ts';
import type { LoadOptions } from '../ruleset/load/load-rules.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';

export interface RulesFolder {
  readonly path: string;
  readonly load: LoadOptions;
}

/** Rules from disk, live: a change is reported with both digests, a refused one with its findings. */
export function watchRulesFolder(
  { path, load }: RulesFolder,
  initial: RuleSet,
  publisher: Publisher,
  log: Logger,
): LiveRules {
  const tell = (message: string, more: Record<string, unknown>): void => {
    const notice = { schema: 'knell.notice/v1', kind: 'rules', at: formatTime(Date.now()), message, ...more } as const;
    publisher
      .notice(notice, ['folder'])
      .catch((error: unknown) => log.warn({ err: error }, 'could not publish a notice'));
  };
  return watchRules({
    folder: path,
    initial,
    load,
    onChanged(before, after) {
      log.info({ before: before.digest, after: after.digest, packs: after.packs }, 'new rules are in force');
      tell(`New rules are in force: ${after.digest.slice(0, 12)} instead of ${before.digest.slice(0, 12)}.`, {
        before: before.digest,
        after: after.digest,
        packs: after.packs,
      });
    },
    onShrunk(missing) {
      log.error({ missing }, 'packs are gone from the rules folder; the old rules stay in force until a restart');
      tell(
        `The rules folder lacks ${missing.join(', ')}; the old rules stay in force. Put the files back, or restart the service to go on without them.`,
        { missing },
      );
    },
    onRefused(findings) {
      const errors = findings.filter(({ level }) => level === 'error');
      log.error({ findings: errors }, 'the changed rules were refused; the old ones stay in force');
      // Where, but not what: a finding's words repeat what stands in the file, and a notice goes far.
      const places = errors.slice(0, 20).map(({ code, file, line, column }) => ({ code, file, line, column }));
      tell(`Changed rules were refused with ${errors.length} errors; the old ones stay in force.`, {
        findings: places,
      });
    },
  });
}
