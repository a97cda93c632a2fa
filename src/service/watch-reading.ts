import type { JetStreamManager } from 'nats';
import { CONSUMERS, STREAMS, type Subjects } from '../contracts/subjects.ts';
import type { Logger } from '../logging/logger.ts';
import { evidenceConsumer } from '../nats/consume/evidence-source.ts';
import { type ReadingWatch, startReadingWatch, type WatchedConsumer } from '../nats/consume/reading-watch.ts';
import type { Clock, Publisher } from '../pipeline/ports/ports.ts';
import type { Account } from './account.ts';
import { gapNotice } from './gap-notice.ts';
import type { ReadingTelemetry } from './reading-telemetry.ts';
import type { ServiceOptions } from './service-options.ts';

const READ = [
  { family: 'logs', durable: CONSUMERS.logs },
  { family: 'runs', durable: CONSUMERS.runs },
  { family: 'acks', durable: CONSUMERS.acks },
  { family: 'runs', durable: evidenceConsumer('runs') },
  { family: 'failures', durable: evidenceConsumer('failures') },
] as const;

/** What is read, by which consumer. */
export function consumedBy(subjects: Pick<Subjects, 'all'>): readonly Required<WatchedConsumer>[] {
  return READ.map(({ family, durable }) => ({ stream: STREAMS[family], durable, subject: subjects.all(family) }));
}

/** What Fluentd is sent. Where it is away, its records wait: the service is ready all the same. */
export const FORWARDED = [STREAMS.failures, STREAMS.notices];

export interface WatchReadingOptions {
  readonly manager: JetStreamManager;
  readonly subjects: Subjects;
  readonly clock: Clock;
  readonly publisher: Pick<Publisher, 'notice'>;
  readonly telemetry: ReadingTelemetry;
  readonly account: Pick<Account, 'looked' | 'onLost'>;
  readonly log: Logger;
  readonly options: Pick<ServiceOptions, 'fluentd' | 'lookEveryMs'>;
}

/** Looks after all that the service reads. What a stream dropped unread is counted, and stands in a notice and in the account. */
export async function watchReading(options: WatchReadingOptions): Promise<ReadingWatch> {
  const { manager, subjects, clock, publisher, telemetry, account, log } = options;
  const { fluentd, lookEveryMs } = options.options;
  const watch = await startReadingWatch({
    manager,
    clock,
    events: {
      ...telemetry,
      lagRead(lag, look) {
        telemetry.lagRead(lag, look);
        if (lag.stream === STREAMS.logs) account.looked(look);
      },
      messagesMissed(gap) {
        telemetry.messagesMissed(gap);
        publisher
          .notice(gapNotice(gap, clock.now()), [gap.stream])
          .catch((error: unknown) => log.warn({ err: error }, 'could not publish a notice'));
      },
    },
    consumers: [
      ...consumedBy(subjects),
      ...(fluentd ? FORWARDED.map((stream) => ({ stream, durable: CONSUMERS.fluentd })) : []),
    ],
    ...(lookEveryMs === undefined ? {} : { everyMs: lookEveryMs }),
  });
  account.onLost(({ missed, up_to_seq: upToSeq }) =>
    watch.tellMissed({ stream: STREAMS.logs, durable: CONSUMERS.logs, missed, upToSeq, inHand: true }),
  );
  return watch;
}
