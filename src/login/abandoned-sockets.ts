import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Where Node tells of each socket that a client opens (https://nodejs.org/api/diagnostics_channel.html#net). */
const CHANNEL = 'net.client.socket';
/** Tells the sockets of one call from those of all others. */
const caller = new AsyncLocalStorage<object>();

/**
 * Does something that opens connections, and closes the sockets that it leaves behind when it fails: nats.js 2.29 forgets one on
 * which no server speaks, which keeps the process alive for as long as the other side likes.
 *
 * @throws what `connect` throws
 */
export async function closingAbandoned<T>(connect: () => Promise<T>): Promise<T> {
  const own = {};
  const opened: Socket[] = [];
  const note = (message: unknown): void => {
    if (caller.getStore() === own) opened.push((message as { socket: Socket }).socket);
  };
  subscribe(CHANNEL, note);
  try {
    return await caller.run(own, connect);
  } catch (error) {
    for (const socket of opened) socket.destroy();
    throw error;
  } finally {
    unsubscribe(CHANNEL, note);
  }
}
