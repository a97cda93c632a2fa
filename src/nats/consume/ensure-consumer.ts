import { type ConsumerConfig, type JetStreamManager, NatsError } from 'nats';
import { misfitsOf, narrowFilterOf } from './consumer-misfits.ts';

export type DurableConfig = Partial<ConsumerConfig> & { readonly durable_name: string };

/** JetStream's codes (JSConsumerCreateErrF, JSConsumerNameExistErr) where one stands there whose settings can't be changed to these: https://github.com/nats-io/nats-server/blob/main/server/errors.json */
const OTHER_SETTINGS = new Set([10012, 10013]);
/** The same for one that is not there (JSConsumerNotFoundErr). */
const NOT_FOUND = 10014;

/**
 * Creates a durable consumer, or gives the one that is there these settings. knell deletes none, and changes no filter:
 * with another one nats-server passes over what it has not handed out yet, 2.9.10 for good. One that hands out more keeps its own.
 *
 * @throws {Error} with code `CONSUMER_MISFIT` where one stands there that can't have them, saying why and what to do
 */
export async function ensureConsumer(manager: JetStreamManager, stream: string, config: DurableConfig): Promise<void> {
  const { durable_name: durable, filter_subject, ...others } = config;
  const existing = await configOf(manager, stream, durable);
  const narrow = existing && filter_subject && narrowFilterOf(existing, filter_subject);
  if (narrow) throw consumerMisfit(stream, durable, [narrow]);
  try {
    await manager.consumers.add(stream, { durable_name: durable, ...others, ...filterOf(existing ?? config) });
  } catch (error) {
    const refusal = error instanceof NatsError ? error.api_error : undefined;
    if (!refusal || !OTHER_SETTINGS.has(refusal.err_code ?? 0)) throw error;
    const misfits = misfitsOf((await manager.consumers.info(stream, durable)).config, filter_subject);
    throw consumerMisfit(stream, durable, misfits.length > 0 ? misfits : [`differs (${refusal.description})`]);
  }
}

/** The settings of a consumer; undefined where it is not there. */
export async function configOf(
  manager: JetStreamManager,
  stream: string,
  durable: string,
): Promise<ConsumerConfig | undefined> {
  try {
    return (await manager.consumers.info(stream, durable)).config;
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.err_code === NOT_FOUND) return undefined;
    throw error;
  }
}

function filterOf({ filter_subject, filter_subjects }: Partial<ConsumerConfig>): Partial<ConsumerConfig> {
  return { ...(filter_subject && { filter_subject }), ...(filter_subjects && { filter_subjects }) };
}

/** The error for whoever has to remove a consumer that would lose messages. */
export function consumerMisfit(stream: string, durable: string, misfits: readonly string[]): Error {
  return Object.assign(
    new Error(
      `the consumer ${durable} of the stream ${stream} does not fit: it ${misfits.join(', ')}. knell deletes nothing: remove it (nats consumer rm ${stream} ${durable}), and knell creates it anew`,
    ),
    { code: 'CONSUMER_MISFIT' },
  );
}
