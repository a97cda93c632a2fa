import type { Context } from 'hono';
import type { ApiEnv } from './api-app.ts';

/** Longer than the workbench takes for anything, in milliseconds. */
const ANSWERED_WITHIN_MS = 120_000;

/**
 * Keeps the connection of a request whose answer takes long to find out: else it is cut off after some seconds without a
 * word. To be called when the whole request was read, so that nobody holds a connection by being slow.
 */
export function keepWaiting({ env }: Pick<Context<Pick<ApiEnv, 'Bindings'>>, 'env'>): void {
  env.incoming.socket.setTimeout(ANSWERED_WITHIN_MS);
}
