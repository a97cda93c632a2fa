import type { NatsConnection } from 'nats';
import { Registry } from 'prom-client';
import { createSubjects } from '../../src/contracts/subjects.ts';
import { createLogger } from '../../src/logging/logger.ts';
import { type Buckets, ensureStreams } from '../../src/nats/ensure-streams.ts';
import { createPublisher } from '../../src/nats/publisher.ts';
import { createRunStore } from '../../src/nats/store/run-store.ts';
import { type Clock, systemClock } from '../../src/pipeline/ports/ports.ts';
import { createSubscriptionTelemetry } from '../../src/service/subscription-telemetry.ts';
import { type Subscriptions, startSubscriptions } from '../../src/service/subscriptions.ts';

const subjects = createSubjects();

/** All about subscriptions over a real server, without the rest of the service. */
export async function startTestSubscriptions(
  connection: NatsConnection,
  clock: Clock = systemClock,
  registry = new Registry(),
): Promise<Subscriptions & { readonly buckets: Buckets }> {
  const buckets = await ensureStreams(connection, subjects);
  const service = await startSubscriptions({
    connection,
    subjects,
    bucket: buckets.subscriptions,
    runs: createRunStore(buckets.runs, () => undefined),
    publisher: createPublisher(connection, await connection.jetstreamManager(), subjects),
    clock,
    log: createLogger('silent'),
    telemetry: createSubscriptionTelemetry(createLogger('silent'), registry),
    version: '1.2.3',
  });
  return { ...service, buckets };
}
