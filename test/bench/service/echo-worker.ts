import { connect } from 'nats';
import { partArguments, tell } from './child.ts';

export interface EchoArguments {
  readonly natsUrl: string;
}

/** Streams and subjects of the echo that the service is compared with. */
export const ECHO = { stream: 'BENCH_ECHO', durable: 'bench_echo', into: 'bench.echo.in', out: 'bench.echo.out' };

if (process.argv[1]?.endsWith('echo-worker.js')) await run();

/** Publishes each message that comes, and acknowledges it when that is confirmed: what any such service must do. */
async function run(): Promise<void> {
  const { natsUrl } = partArguments<EchoArguments>();
  const connection = await connect({ servers: natsUrl, name: 'bench-echo' });
  const jetstream = connection.jetstream();
  const consumer = await jetstream.consumers.get(ECHO.stream, ECHO.durable);
  const messages = await consumer.consume({ max_messages: 500, idle_heartbeat: 5_000 });
  tell('listening');
  for await (const message of messages) {
    await jetstream.publish(`${ECHO.out}.${message.string()}`, message.data);
    message.ack();
  }
}
