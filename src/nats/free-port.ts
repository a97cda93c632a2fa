import { once } from 'node:events';
import { createServer } from 'node:net';

/** How many ports are tried. */
const TRIES = 20;

/**
 * The first free port of the loopback interface from this one on.
 *
 * @throws {Error} with code `USAGE` when none of twenty is free
 */
export async function freePort(from: number): Promise<number> {
  for (let port = from; port < from + TRIES && port <= 65_535; port += 1) if (await isFree(port)) return port;
  throw Object.assign(
    new Error(`no port from ${from} on is free: stop what listens there, or name another with --port`),
    { code: 'USAGE' },
  );
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}
