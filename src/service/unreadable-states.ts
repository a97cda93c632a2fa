import { Counter, type Registry } from 'prom-client';
import { noticeId } from '../classify/ids.ts';
import { BUCKETS } from '../contracts/subjects.ts';
import { formatTime } from '../contracts/time.ts';
import type { Logger } from '../logging/logger.ts';
import type { UnreadableState } from '../nats/store/run-store.ts';
import type { Clock, Publisher } from '../pipeline/ports/ports.ts';

export interface UnreadableStatesOptions {
  readonly registry: Registry;
  readonly publisher: Pick<Publisher, 'notice'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Logger, 'warn'>;
}

/** So many entries are remembered, to report each once. */
const MAX_KNOWN = 10_000;

/**
 * Reports entries of the bucket of run states that are none: each is counted, logged and noticed once, however often it is
 * read. Each worker sees them; they share the notice's id.
 */
export function createUnreadableStates(options: UnreadableStatesOptions): (entry: UnreadableState) => void {
  const { registry, publisher, clock, log } = options;
  const known = new Set<string>();
  const counter = new Counter({
    name: 'knell_run_states_unreadable_total',
    help: 'Entries of the bucket of run states that another program wrote; what knell knew of the run is lost',
    registers: [registry],
  });
  return ({ key, revision, reason }) => {
    const entry = `${key}@${revision}`;
    if (known.has(entry)) return;
    known.add(entry);
    if (known.size > MAX_KNOWN) known.delete(known.values().next().value as string);
    counter.inc();
    const subject = `$KV.${BUCKETS.runs}.${key}`;
    log.warn(
      { key, revision, reason },
      'an entry of the bucket of run states is no run state; the next decision replaces it',
    );
    publisher
      .notice(
        {
          schema: 'knell.notice/v1',
          notice_id: noticeId('foreign_message', subject, String(revision)),
          kind: 'foreign_message',
          at: formatTime(clock.now()),
          message: `What another program wrote stands on ${subject} in place of the state of a run (${reason}). What knell knew of the run is lost; its next decision replaces the entry. Only knell should be allowed to write there: see "knell nats permissions".`,
          subject,
        },
        ['state', key],
      )
      .catch((error: unknown) => log.warn({ err: error }, 'could not publish a notice'));
  };
}
