import type { NatsConnection } from 'nats';
import { createFluentSender } from '../fluentd/fluent-sender.ts';
import { createForwarder, type Forwarder } from '../fluentd/forwarder.ts';
import type { Logger } from '../logging/logger.ts';
import { createNatsRecordSource } from '../nats/consume/record-source.ts';
import type { FluentdOptions } from './service-options.ts';
import { FORWARDED } from './watch-reading.ts';

/** Records and notices each have a way of their own to Fluentd, so that one never holds up the other. */
export function createForwarders(
  connection: NatsConnection,
  { host, port, tagPrefix }: FluentdOptions,
  log: Logger,
): Forwarder[] {
  return FORWARDED.map((stream) =>
    createForwarder({
      source: createNatsRecordSource({ connection, stream }),
      sender: createFluentSender({ host, port }),
      log,
      tagPrefix,
    }),
  );
}
