import { Events, type NatsConnection } from 'nats';

/** Tells at any moment whether the server is away. */
export function watchConnection(connection: NatsConnection): () => boolean {
  let away = false;
  void (async () => {
    for await (const { type } of connection.status()) {
      if (type === Events.Disconnect) away = true;
      else if (type === Events.Reconnect) away = false;
    }
  })();
  return () => away || connection.isClosed();
}
