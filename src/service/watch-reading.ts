import type { JetStreamManager } from 'nats';
import { CONSUMERS, STREAMS } from '../contracts/subjects.ts';
import type { Logger } from '../logging/logger.ts';
import { evidenceConsumer } from '../nats/consume/evidence-source.ts';
import { type ReadingWatch, startReadingWatch } from '../nats/consume/reading-watch.ts';
import type { Clock, Publisher } from '../pipeline/ports/ports.ts';
import type { Account } from './account.ts';
import { gapNotice } from './gap-notice.ts';
import type { ReadingTelemetry } from './reading-telemetry.ts';
import type { ServiceOptions } from './service-options.ts';

/** What is read, by which consumer. */
export const CONSUMED = [
  { stream: STREAMS.logs, durable: CONSUMERS.logs },
  { stream: STREAMS.runs, durable: CONSUMERS.runs },
  { stream: STREAMS.acks, durable: CONSUMERS.acks },
  { stream: STREAMS.runs, durable: evidenceConsumer('runs') },
  { stream: STREAMS.failures, durable: evidenceConsumer('failures') },
];

/** What Fluentd is sent. Where it is away, its records wait: the service is ready all the same. */
export const FORWARDED = [STREAMS.failures, STREAMS.notices];

export interface WatchReadingOptions {
  readonly manager: JetStreamManager;
  readonly clock: Clock;
  readonly publisher: Pick<Publisher, 'notice'>;
  readonly telemetry: ReadingTelemetry;
  readonly account: Pick<Account, 'add'>;
  readonly log: Logger;
  readonly options: Pick<ServiceOptions, 'fluentd' | 'lookEveryMs'>;
}

/** Looks after all that the service reads. What a stream dropped unread is counted, and stands in a notice and in the account. */
export function watchReading(options: WatchReadingOptions): Promise<ReadingWatch> {
  const { manager, clock, publisher, telemetry, account, log } = options;
  const { fluentd, lookEveryMs } = options.options;
  return startReadingWatch({
    manager,
    clock,
    events: {
      ...telemetry,
      messagesMissed(gap) {
        telemetry.messagesMissed(gap);
        if (gap.stream === STREAMS.logs) account.add({ missed: gap.missed });
        publisher
          .notice(gapNotice(gap, clock.now()), [gap.stream])
          .catch((error: unknown) => log.warn({ err: error }, 'could not publish a notice'));
      },
    },
    consumers: [...CONSUMED, ...(fluentd ? FORWARDED.map((stream) => ({ stream, durable: CONSUMERS.fluentd })) : [])],
    ...(lookEveryMs === undefined ? {} : { everyMs: lookEveryMs }),
  });
}
