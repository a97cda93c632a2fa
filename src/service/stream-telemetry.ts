import { formatTime } from '../contracts/time.ts';
import type { Logger } from '../logging/logger.ts';
import type { StreamEvents } from '../nats/stream-watch.ts';
import type { Clock, Publisher } from '../pipeline/ports/ports.ts';

/** What happens to the streams and buckets themselves, as log lines and as a notice. */
export function createStreamTelemetry(options: {
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly publisher: Pick<Publisher, 'notice'>;
  readonly clock: Pick<Clock, 'now'>;
}): StreamEvents {
  const { log, publisher, clock } = options;
  return {
    streamsChanged({ problems }) {
      if (problems.length > 0) log.error({ problems }, 'streams or buckets do not serve');
      else log.info('all streams and buckets serve again');
    },
    storeMadeAnew() {
      const message =
        'The NATS server has lost all streams and buckets of knell; they were made anew. What was stored before is gone: runs of that time may have no verdict, the mode of the fleet and what was known of subscriptions begin anew.';
      log.error(message);
      publisher
        .notice({ schema: 'knell.notice/v1', kind: 'gap', at: formatTime(clock.now()), message }, ['store'])
        .catch((error: unknown) => log.warn({ err: error }, 'could not publish a notice'));
    },
  };
}
