import { hostname } from 'node:os';
import type { NatsConnection } from 'nats';
import { type FollowRulesOptions, followRules, type RuleFollower } from '../bundles/follow-rules.ts';
import type { LastGoodStore } from '../bundles/last-good.ts';
import { noticeId } from '../classify/ids.ts';
import type { Mode } from '../contracts/failure-record.ts';
import { formatTime } from '../contracts/time.ts';
import type { Logger } from '../logging/logger.ts';
import { paceWarnings } from '../logging/pace-warnings.ts';
import { openRules } from '../nats/ensure-streams.ts';
import type { OnReopened } from '../nats/store/bucket.ts';
import type { Clock, Publisher } from '../pipeline/ports/ports.ts';
import type { LoadOptions } from '../ruleset/load/load-rules.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import type { TrustedKeys } from '../signing/keys.ts';
import { VERSION } from './version.ts';

/** What a worker follows published rules with. */
export interface PublishedRules {
  readonly load: LoadOptions;
  /** It runs `pin.<group>` where there is one. */
  readonly group?: string;
  /** Whose pointers are followed; left out: all. */
  readonly trusted?: TrustedKeys;
  /** Left out: nothing outlives the process. */
  readonly lastGood?: LastGoodStore;
}

/** What following published rules needs of the service. */
export interface PublishedWorld {
  readonly connection: NatsConnection;
  readonly replicas: number | undefined;
  readonly onReopened: OnReopened;
  readonly folder: () => RuleSet;
  readonly worker: string;
  readonly mode: Mode;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly log: Logger;
  /** What has been done with a candidate. */
  readonly triedOn: NonNullable<FollowRulesOptions['triedOn']>;
}

/** Follows the rules that are published: a change is reported with both digests, a refusal with its reasons. */
export async function followPublishedRules(published: PublishedRules, world: PublishedWorld): Promise<RuleFollower> {
  const { connection, replicas, onReopened, folder, worker, mode, publisher, clock, log, triedOn } = world;
  const { pointers, bundles, workers } = await openRules(connection, replicas, onReopened);
  const tell = (id: readonly string[], message: string, more: Record<string, unknown>): void => {
    const at = formatTime(clock.now());
    // All workers say the same of one move, and one notice is kept.
    const notice_id = noticeId('rules', ...id);
    publisher
      .notice({ schema: 'knell.notice/v1', notice_id, kind: 'rules', at, message, ...more }, ['published'])
      .catch((error: unknown) => log.warn({ err: error }, 'could not publish a notice'));
  };
  const warn = paceWarnings(log);
  return followRules({
    pointers,
    bundles,
    statuses: workers,
    lastGood: published.lastGood,
    folder,
    load: { ...published.load, engine: VERSION },
    group: published.group,
    trusted: published.trusted,
    identity: { worker, host: hostname(), version: VERSION, mode },
    clock,
    onReading: ({ name, serial, digest }) =>
      log.info({ pointer: name, serial, digest }, 'reading the published rules, which takes some seconds'),
    onChanged(before, after, { name, serial, by, why }, lacking) {
      const missing = lacking.length > 0 && { missing: lacking };
      log.info({ before, after, pointer: name, serial, by, why, ...missing }, 'published rules are in force');
      const without = missing ? ` They lack ${lacking.join(', ')}, which this worker's rules folder has.` : '';
      const message = `Published rules are in force: ${after.slice(0, 12)} instead of ${before.slice(0, 12)} (${by}: ${why}).${without}`;
      tell([name, `${serial}`, after], message, { before, after, pointer: name, by, why, ...missing });
    },
    onRefused({ name, serial, digest }, findings) {
      const isCandidate = name === 'candidate';
      const [what, follows] = isCandidate
        ? ['The candidate was', 'it is not tried']
        : ['Published rules were', 'what was in force stays'];
      log.error({ pointer: name, serial, digest, findings }, `${what.toLowerCase()} refused; ${follows}`);
      const message = `${what} refused (${findings[0]?.code}); ${follows}. "knell rules status" says more.`;
      tell([name, `${serial}`, `${digest}`, `${findings[0]?.code}`], message, { pointer: name, digest, findings });
    },
    triedOn,
    onCandidate: ({ digest, serial, by, why }) =>
      log.info({ digest, serial, by, why }, 'a candidate is tried beside the rules in force, and commands nothing'),
    onLastGood: () =>
      log.warn('the published rules can not be read, or there are none; the last good ones on disk are in force'),
    onError: (error) => warn({ err: error }, 'published rules could not be read; trying again'),
  });
}
