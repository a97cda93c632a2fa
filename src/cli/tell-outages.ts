import { Events, type NatsConnection } from 'nats';

/** Says on standard error when the server goes away and comes back, as long as the connection is not closed. */
export async function tellOutages(connection: NatsConnection): Promise<void> {
  for await (const { type } of connection.status()) {
    if (type === Events.Disconnect) process.stderr.write('knell: the NATS server is away; waiting for it\n');
    else if (type === Events.Reconnect) process.stderr.write('knell: the NATS server is back\n');
  }
}
