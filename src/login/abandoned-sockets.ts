import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Where Node tells of each socket that a client opens (https://nodejs.org/api/diagnostics_channel.html#net). */
const CHANNEL = 'net.client.socket';
/**
 * Does something that opens connections, and closes the sockets that it leaves behind when it fails: nats.js 2.29 forgets one on
 * which no server speaks, which keeps the process alive for as long as the other side likes.
 *
 * @param signal aborted when nobody wants the connections any more: they are closed at once, so that `connect` fails
 * @throws what `connect` throws
 */
export async function closingAbandoned<T>(connect: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  /** Tells the sockets of this call from all others. Off again behind it: until then Node 20 looks at each promise of the process. */
  const caller = new AsyncLocalStorage<true>();
  const opened: Socket[] = [];
  const note = (message: unknown): void => {
    if (caller.getStore()) opened.push((message as { socket: Socket }).socket);
  };
  const close = (): void => {
    for (const socket of opened) socket.destroy();
  };
  subscribe(CHANNEL, note);
  signal?.addEventListener('abort', close);
  try {
    return await caller.run(true, connect);
  } catch (error) {
    close();
    throw error;
  } finally {
    signal?.removeEventListener('abort', close);
    unsubscribe(CHANNEL, note);
    caller.disable();
  }
}
