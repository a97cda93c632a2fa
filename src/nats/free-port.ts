import { once } from 'node:events';
import { createServer } from 'node:net';

/** How many ports are tried. */
const TRIES = 20;

/**
 * The first free port from this one on.
 *
 * @param option how another is named, for the message
 * @throws {Error} with code `USAGE` when none of twenty is free
 */
export async function freePort(from: number, host = '127.0.0.1', option = '--port'): Promise<number> {
  for (let port = from; port < from + TRIES && port <= 65_535; port += 1) if (await isFree(port, host)) return port;
  throw Object.assign(
    new Error(`no port from ${from} on is free: stop what listens there, or name another with ${option}`),
    { code: 'USAGE' },
  );
}

async function isFree(port: number, host: string): Promise<boolean> {
  const probe = createServer().listen(port, host);
  try {
    await once(probe, 'listening');
  } catch (error) {
    // Whatever else is wrong, whoever listens there is told.
    return (error as NodeJS.ErrnoException).code !== 'EADDRINUSE';
  }
  probe.close();
  await once(probe, 'close');
  return true;
}
