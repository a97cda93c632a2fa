import type { NatsConnection } from 'nats';
import { STREAMS, type Subjects } from '../../contracts/subjects.ts';
import type { EvidenceMessage } from '../../pipeline/ports/subscription-ports.ts';
import { asBuffer, deadLetterBox, type SourceEvents, storedMs, toldOf } from './log-source.ts';
import { eachAlone, type MessageSource, startMessageSource } from './message-source.ts';
import { settlementOf } from './settlement.ts';

/** The durable consumer of one of the two streams. */
export function evidenceConsumer(family: 'failures' | 'runs'): string {
  return `knell_subscriptions_${family}`;
}

const BYTES_AHEAD = 1024 * 1024;

/**
 * What tells about subscriptions: failure records, or run events, shared among all services. Each has a durable
 * consumer of its own, so what came while no worker ran is still learned.
 */
export function startEvidenceSource(
  connection: NatsConnection,
  subjects: Subjects,
  family: 'failures' | 'runs',
  handle: (message: EvidenceMessage) => Promise<void>,
  events: Pick<SourceEvents, 'requestLost' | 'messageGone' | 'messageDied'>,
): Promise<MessageSource> {
  const durable = evidenceConsumer(family);
  const bury = deadLetterBox(connection, subjects, events);
  return startMessageSource(
    {
      connection,
      stream: STREAMS[family],
      durable,
      subject: subjects.all(family),
      maxBytes: BYTES_AHEAD,
      ...toldOf(events, STREAMS[family], durable),
    },
    // The start and the end of a run have the same subject, and are heard in order.
    eachAlone((message, inHand) =>
      handle({
        ...settlementOf(message, inHand, bury),
        subject: message.subject,
        data: asBuffer(message.data),
        storedMs: storedMs(message),
      }),
    ),
  );
}
