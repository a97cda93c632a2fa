import { AckPolicy, connect, DeliverPolicy, nanos } from 'nats';
import { partArguments, tell } from './child.ts';

export interface BareConsumerArguments {
  readonly natsUrl: string;
  readonly stream: string;
  readonly durable: string;
}

/** The least that a consumer of the log stream can do: count the line breaks, and acknowledge. */
const { natsUrl, stream, durable } = partArguments<BareConsumerArguments>();
const connection = await connect({ servers: natsUrl, name: 'bench-bare' });
const manager = await connection.jetstreamManager();
await manager.consumers.add(stream, {
  durable_name: durable,
  ack_policy: AckPolicy.Explicit,
  deliver_policy: DeliverPolicy.All,
  ack_wait: nanos(10_000),
  max_deliver: -1,
  max_ack_pending: 50_000,
});
const consumer = await connection.jetstream().consumers.get(stream, durable);
const messages = await consumer.consume({ max_messages: 500, idle_heartbeat: 5_000 });
tell('listening');
let lines = 0;
for await (const message of messages) {
  const { data } = message;
  for (let at = data.indexOf(10); at !== -1; at = data.indexOf(10, at + 1)) lines += 1;
  message.ack();
}
process.exitCode = lines < 0 ? 1 : 0;
