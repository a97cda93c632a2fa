import { Events, type NatsConnection } from 'nats';

/** Calls back each time the connection has come back; returns how to stop listening. */
export function onReconnect(connection: NatsConnection, listener: () => void): () => void {
  let listening = true;
  void (async () => {
    for await (const status of connection.status()) {
      if (!listening) return;
      if (status.type === Events.Reconnect) listener();
    }
  })();
  return () => {
    listening = false;
  };
}
