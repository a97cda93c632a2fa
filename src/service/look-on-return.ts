import type { NatsConnection } from 'nats';
import { onReconnect } from '../nats/reconnect.ts';

export interface ReturnWatch {
  /** Whether the server has come back and not all was looked at since: it may have lost everything. */
  isUnseen(): boolean;
  stop(): void;
}

/** Looks at once at what the server holds when it has come back. */
export function lookOnReturn(
  connection: NatsConnection,
  watches: readonly { lookNow(): Promise<void> }[],
): ReturnWatch {
  let unseen = 0;
  const stop = onReconnect(connection, () => {
    unseen += 1;
    void Promise.all(watches.map((watch) => watch.lookNow())).finally(() => {
      unseen -= 1;
    });
  });
  return { isUnseen: () => unseen > 0, stop };
}
