import { type ConnectionOptions, createInbox, type NatsConnection } from 'nats';

/** A new subject for replies, under the prefix that this connection's login may listen to. */
export function inboxOf(connection: NatsConnection): string {
  // nats.js 2.29 keeps the options on its connection but leaves them out of the type.
  const { options } = connection as NatsConnection & { readonly options?: ConnectionOptions };
  return createInbox(options?.inboxPrefix);
}
