import { type JetStreamManager, NatsError } from 'nats';
import type { Subjects } from '../../contracts/subjects.ts';
import { formatTime } from '../../contracts/time.ts';
import { readLag } from '../../nats/consume/consumer-lag.ts';
import { misfitsOf } from '../../nats/consume/consumer-misfits.ts';
import { type LagBounds, obstaclesToReading } from '../../service/readiness.ts';
import { consumedBy } from '../../service/watch-reading.ts';
import { type Check, failed, ok, orOk, warning } from './check.ts';

/** The durable consumers by which workers share what comes: whether they are there, and whether one would lose messages. */
export async function lookAtConsumers(manager: JetStreamManager, subjects: Subjects): Promise<readonly Check[]> {
  const name = 'consumers';
  const consumers = consumedBy(subjects);
  const configs = await Promise.all(consumers.map(({ stream, durable }) => configOf(manager, stream, durable)));
  const problems = consumers.flatMap(({ stream, durable, subject }, index): Check[] => {
    const config = configs[index];
    if (!config) return [failed(name, `${durable} of ${stream} is not there: a worker creates it when it starts`)];
    return misfitsOf(config, subject).map((misfit) =>
      failed(
        name,
        `${durable} of ${stream} ${misfit}: remove it (nats consumer rm ${stream} ${durable}); a worker creates it anew`,
      ),
    );
  });
  return orOk(name, problems, `all ${consumers.length} are there and fit`);
}

async function configOf(manager: JetStreamManager, stream: string, durable: string) {
  try {
    return (await manager.consumers.info(stream, durable)).config;
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.code === 404) return undefined;
    throw error;
  }
}

/** How far the workers are behind, by the bounds of `/readyz`. */
export async function lookAtLag(
  manager: JetStreamManager,
  subjects: Subjects,
  bounds: LagBounds,
): Promise<readonly Check[]> {
  const name = 'lag';
  const all = await Promise.all(consumedBy(subjects).map(({ stream, durable }) => readLag(manager, stream, durable)));
  const lags = all.filter((lag) => lag !== undefined);
  // What a message's age is reckoned from is this host's clock here; "clock" says how far that is off.
  const nowMs = Date.now();
  // Settings that do not fit are told above, among the consumers.
  const fitting = lags.map(({ misfits: _, ...lag }) => lag);
  const obstacles = obstaclesToReading({ lags: fitting, answeredMs: nowMs }, bounds, nowMs);
  if (obstacles.length > 0) return obstacles.map((obstacle) => failed(name, `${obstacle}: start more workers`));
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
