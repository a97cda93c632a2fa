import { Registry } from 'prom-client';
import type { HttpServerOptions } from '../http/http-server.ts';
import type { Logger } from '../logging/logger.ts';
import type { HttpAddress } from './config.ts';
import { createPageHost, type PageHost } from './page-host.ts';
import type { HttpAccess } from './service-options.ts';

/** The service's HTTP: there before all else of it, through all tries to start, and until all else has stopped. */
export interface FrontDoor {
  readonly url: string;
  readonly page: PageHost;
  /** What `/readyz` and `/metrics` say from now on. */
  show(told: Pick<HttpServerOptions, 'readiness' | 'registry'>): void;
  stop(): Promise<void>;
}

/**
 * Listens at once, so that a service whose start takes a while, or has to begin again, answers that it lives and is not ready.
 *
 * @throws {Error} with Node's code when the address can't be listened on
 */
export async function openFrontDoor(http: HttpAddress & HttpAccess, log: Logger): Promise<FrontDoor> {
  const page = createPageHost(http, log);
  const { contentType } = new Registry();
  let shown: Pick<HttpServerOptions, 'readiness' | 'registry'> = {
    readiness: () => STARTING,
    registry: { metrics: async () => '', contentType },
  };
  // Loaded only where it is asked for: it is a tenth of the work of a start.
  const { startHttpServer } = await import('../http/http-server.ts');
  const server = await startHttpServer({
    ...http,
    registry: { metrics: () => shown.registry.metrics(), contentType },
    readiness: () => shown.readiness(),
    ...page.served,
    onError: (error) => log.warn({ err: error }, 'an HTTP request could not be answered'),
  });
  return {
    url: server.url,
    page,
    show(told) {
      shown = told;
    },
    stop: () => server.stop(),
  };
}

/** What keeps a service from being ready that has only begun to start. */
export const STARTING = 'starting';
