import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createReadingTelemetry } from '../../src/service/reading-telemetry.ts';
import { createSubscriptionTelemetry } from '../../src/service/subscription-telemetry.ts';
import { createTelemetry } from '../../src/service/telemetry.ts';
import { recordingLogger } from '../support/recording-logger.ts';

it('tells what fails over and over for one reason once, and counts the rest', async () => {
  const { logger, lines } = recordingLogger();
  const error = new Error('503');
  const { registry, messageRetried } = createTelemetry(logger);
  const reading = createReadingTelemetry(logger, registry, { now: () => 0 }, () => undefined);
  const subscriptions = createSubscriptionTelemetry(logger, new Registry());
  for (let times = 0; times < 50; times += 1) {
    messageRetried({ subject: `knell.logs.acme.e${times}.1.stdout`, error });
    reading.requestLost({ durable: times % 2 === 0 ? 'knell_workers' : 'knell_ack_workers' });
    reading.requestsMissed({ durable: 'knell_workers', unread: times });
    reading.lookFailed({ error });
    subscriptions.workRetried({ what: 'probe', error });
  }
  expect(lines.map(({ msg }) => msg)).toEqual([
    'could not finish a message; it will come again',
    'the server did not say how a request for messages ended; asked anew',
    'messages wait and the server has no request for them; asked anew',
    'JetStream did not tell how far the consumers are',
    'could not finish; it will be tried again',
    // Of another consumer.
    'the server did not say how a request for messages ended; asked anew',
  ]);
  expect(await registry.metrics()).toContain('knell_messages_retried_total 50');
});
