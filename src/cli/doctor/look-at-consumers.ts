import { AckPolicy, type ConsumerConfig, type JetStreamManager, NatsError } from 'nats';
import { formatTime } from '../../contracts/time.ts';
import { readLag } from '../../nats/consume/consumer-lag.ts';
import { type LagBounds, obstacleToReading } from '../../service/readiness.ts';
import { CONSUMED } from '../../service/watch-reading.ts';
import { type Check, failed, ok, orOk, warning } from './check.ts';

/** The durable consumers by which workers share what comes: whether they are there, and whether one would lose messages. */
export async function lookAtConsumers(manager: JetStreamManager): Promise<readonly Check[]> {
  const name = 'consumers';
  const configs = await Promise.all(CONSUMED.map(({ stream, durable }) => configOf(manager, stream, durable)));
  const problems = CONSUMED.flatMap(({ stream, durable }, index): Check[] => {
    const config = configs[index];
    if (!config) return [failed(name, `${durable} of ${stream} is not there: a worker creates it when it starts`)];
    return misfitsOf(config).map((misfit) =>
      failed(
        name,
        `${durable} of ${stream} ${misfit}: remove it (nats consumer rm ${stream} ${durable}); a worker creates it anew`,
      ),
    );
  });
  return orOk(name, problems, `all ${CONSUMED.length} are there and fit`);
}

async function configOf(manager: JetStreamManager, stream: string, durable: string) {
  try {
    return (await manager.consumers.info(stream, durable)).config;
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.code === 404) return undefined;
    throw error;
  }
}

/** Why a consumer would lose messages. */
export function misfitsOf(
  config: Pick<ConsumerConfig, 'deliver_subject' | 'ack_policy' | 'max_deliver'>,
): readonly string[] {
  const misfits: string[] = [];
  if (config.deliver_subject) misfits.push('pushes its messages to one subject');
  if (config.ack_policy !== AckPolicy.Explicit) misfits.push(`has the ack policy ${config.ack_policy}, not explicit`);
  if ((config.max_deliver ?? -1) > 0) misfits.push(`gives up after ${config.max_deliver} deliveries`);
  return misfits;
}

/** How far the workers are behind, by the bounds of `/readyz`. */
export async function lookAtLag(manager: JetStreamManager, bounds: LagBounds): Promise<readonly Check[]> {
  const name = 'lag';
  const all = await Promise.all(CONSUMED.map(({ stream, durable }) => readLag(manager, stream, durable)));
  const lags = all.filter((lag) => lag !== undefined);
  // What a message's age is reckoned from is this host's clock here; "clock" says how far that is off.
  const nowMs = Date.now();
  const obstacle = obstacleToReading({ lags, answeredMs: nowMs }, bounds, nowMs);
  if (obstacle !== undefined) return [failed(name, `${obstacle}: start more workers`)];
  const deaf = lags.filter(({ unread, waiting }) => unread > 0 && waiting === 0);
  if (deaf.length > 0) {
    return deaf.map(({ stream, durable, unread, oldestUnreadMs = nowMs }) =>
      warning(
        name,
        `${unread} messages of ${stream} wait, and nothing asks for them (${durable}), the oldest since ${formatTime(oldestUnreadMs)}: start a worker, or look at its /readyz`,
      ),
    );
  }
  const unread = lags.reduce((sum, lag) => sum + lag.unread, 0);
  const open = lags.reduce((sum, lag) => sum + lag.unacknowledged, 0);
  return [ok(name, `${unread} messages unread, ${open} being read`)];
}
