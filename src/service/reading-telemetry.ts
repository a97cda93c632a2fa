import { Counter, collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import { STREAMS } from '../contracts/subjects.ts';
import type { Logger } from '../logging/logger.ts';
import { paceWarnings } from '../logging/pace-warnings.ts';
import type { ReadingEvents } from '../nats/consume/reading-watch.ts';
import type { Clock } from '../pipeline/ports/ports.ts';
import { VERSION } from './version.ts';

export interface ReadingTelemetry extends ReadingEvents {
  /** A request for messages was lost, or the word on it; it has been sent anew. */
  requestLost(info: { durable: string }): void;
  /** The stream dropped a message while it waited here behind others of its run. */
  messageGone(info: { durable: string; stream: string; seq: number }): void;
  /** A message failed again and again for its own sake: it is among the dead letters now. */
  messageDied(info: { subject: string; stream: string; seq: number; reason: string }): void;
}

/** How the reading goes, as log lines and as metrics, and what is known of the process itself. */
export function createReadingTelemetry(
  log: Logger,
  registry: Registry,
  clock: Pick<Clock, 'now'>,
  readiness: () => string | undefined,
): ReadingTelemetry {
  const registers = [registry];
  const warn = paceWarnings(log);
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['consumer', 'stream'], registers });
  const unread = gauge('knell_consumer_unread_messages', 'Messages that were never delivered to any worker');
  const open = gauge('knell_consumer_unacknowledged_messages', 'Messages that were delivered and are not acknowledged');
  const again = gauge('knell_consumer_redelivered_messages', 'Unacknowledged messages that were delivered repeatedly');
  const waiting = gauge('knell_consumer_waiting_requests', 'Requests for messages at the server, of all workers');
  const oldest = gauge('knell_consumer_oldest_unread_seconds', 'Age of the oldest message that was never delivered');
  const lost = new Counter({
    name: 'knell_requests_lost_total',
    help: 'Requests for messages that the server lost, or whose end it did not tell; each was sent anew',
    labelNames: ['consumer'],
    registers,
  });
  const missed = new Counter({
    name: 'knell_stream_gap_messages_total',
    help: 'Messages that a stream dropped before they were read, as this worker saw it: others count the same ones',
    labelNames: ['stream'],
    registers,
  });
  const dead = new Counter({
    name: 'knell_dead_letters_total',
    help: 'Messages that failed three times for their own sake and stand among the dead letters, by where they came from',
    labelNames: ['stream'],
    registers,
  });
  for (const stream of [STREAMS.logs, STREAMS.runs, STREAMS.acks, STREAMS.failures]) dead.inc({ stream }, 0);
  const failed = new Counter({
    name: 'knell_reading_checks_failed_total',
    help: 'Times that JetStream did not tell how far the consumers are',
    registers,
  });
  new Gauge({ name: 'knell_build_info', help: 'Always 1', labelNames: ['version', 'node'], registers }).set(
    { version: VERSION, node: process.version },
    1,
  );
  new Gauge({
    name: 'knell_ready',
    help: '1 where /readyz says so, else 0',
    registers,
    collect() {
      this.set(readiness() === undefined ? 1 : 0);
    },
  });
  collectDefaultMetrics({ register: registry });
  return {
    lagRead(lag) {
      const labels = { consumer: lag.durable, stream: lag.stream };
      unread.set(labels, lag.unread);
      open.set(labels, lag.unacknowledged);
      again.set(labels, lag.redelivered);
      waiting.set(labels, lag.waiting);
      oldest.set(labels, lag.oldestUnreadMs === undefined ? 0 : Math.max(0, clock.now() - lag.oldestUnreadMs) / 1_000);
      lost.inc({ consumer: lag.durable }, 0);
      missed.inc({ stream: lag.stream }, 0);
    },
    requestsMissed(info) {
      lost.inc({ consumer: info.durable });
      warn({ ...info }, 'messages wait and the server has no request for them; asked anew');
    },
    requestLost({ durable }) {
      lost.inc({ consumer: durable });
      warn({ durable }, 'the server did not say how a request for messages ended; asked anew');
    },
    messageDied(info) {
      dead.inc({ stream: info.stream });
      log.error(info, 'a message failed three times; it is a dead letter now (knell dead list)');
    },
    messageGone(info) {
      missed.inc({ stream: info.stream });
      log.error(info, 'the stream dropped a message while it waited for its turn here');
    },
    messagesMissed(info) {
      missed.inc({ stream: info.stream }, info.missed);
      log.error(info, 'the stream dropped messages before they were read');
    },
    consumerChanged(info) {
      if (info.misfits.length > 0)
        log.error(info, 'a consumer was changed so that it does not hand out what is to be read');
      else log.info(info, 'the consumer serves again');
    },
    lookFailed({ error }) {
      failed.inc();
      warn({ err: error }, 'JetStream did not tell how far the consumers are');
    },
  };
}
