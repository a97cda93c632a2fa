import { type ConsumerConfig, type JetStreamManager, NatsError } from 'nats';
import { misfitsOf } from './consumer-misfits.ts';

export type DurableConfig = Partial<ConsumerConfig> & { readonly durable_name: string };

/** JetStream's codes (JSConsumerCreateErrF, JSConsumerNameExistErr) where one stands there whose settings can't be changed to these: https://github.com/nats-io/nats-server/blob/main/server/errors.json */
const OTHER_SETTINGS = new Set([10012, 10013]);

/**
 * Creates a durable consumer, or gives the one that is there these settings. knell deletes none.
 *
 * @throws {Error} with code `CONSUMER_MISFIT` where one stands there that can't have them, saying why and what to do
 */
export async function ensureConsumer(manager: JetStreamManager, stream: string, config: DurableConfig): Promise<void> {
  try {
    await manager.consumers.add(stream, config);
  } catch (error) {
    const refusal = error instanceof NatsError ? error.api_error : undefined;
    if (!refusal || !OTHER_SETTINGS.has(refusal.err_code ?? 0)) throw error;
    const existing = await manager.consumers.info(stream, config.durable_name);
    const misfits = misfitsOf(existing.config, config.filter_subject);
    throw consumerMisfit(
      stream,
      config.durable_name,
      misfits.length > 0 ? misfits : [`differs (${refusal.description})`],
    );
  }
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
