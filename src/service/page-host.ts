import { join } from 'node:path';
import type { ApiWorld } from '../http/api/api-world.ts';
import type { Api } from '../http/api/create-api.ts';
import type { HttpServerOptions } from '../http/http-server.ts';
import { createTokenGuard, type TokenGuard } from '../http/token-guard.ts';
import type { Logger } from '../logging/logger.ts';
import { type HttpAddress, isLoopback } from './config.ts';
import { PACKAGE_ROOT } from './package-root.ts';
import type { HttpAccess } from './service-options.ts';
import { VERSION } from './version.ts';

/** What the service has at hand when it has started. */
export type OpenWorld = Omit<ApiWorld, 'access' | 'log' | 'version' | 'thread'>;

/** The API, the page and the token of a service: there from its start, and answering when it has started. */
export interface PageHost {
  readonly served: Pick<HttpServerOptions, 'api' | 'page' | 'tokens'>;
  open(world: OpenWorld): void;
  stop(): Promise<void>;
}

/** Loads nothing of the API before it is asked for: a service whose page stays closed starts and runs without it. */
export function createPageHost(http: HttpAddress & HttpAccess, log: Logger): PageHost {
  const dist = join(PACKAGE_ROOT, 'dist');
  const tokens = http.token === undefined ? undefined : guardToken(http.token, log);
  let world: ApiWorld | undefined;
  let api: Promise<Api> | undefined;

  async function load(open: ApiWorld): Promise<Api> {
    const { createApi } = await import('../http/api/create-api.ts');
    return createApi(open);
  }

  return {
    served: {
      ...(tokens && { tokens }),
      page: join(dist, 'page'),
      api() {
        if (world) api ??= load(world);
        return api;
      },
    },
    open(more) {
      world = {
        ...more,
        log,
        version: VERSION,
        access: { tokens, isLoopback: isLoopback(http), readsOpen: http.readsOpen ?? false },
        thread: { file: join(dist, 'workbench.cjs'), checkedPacks: join(dist, 'checked-packs.json') },
      };
    },
    async stop() {
      // One that could not be loaded has nothing to stop.
      await (await api?.catch(() => undefined))?.stop();
    },
  };
}

/** Each guess, and that no more are looked at, is a line of the audit. */
function guardToken(token: string, log: Logger): TokenGuard {
  return createTokenGuard(token, {
    onGuessed: ({ from, wrong, waitS }) =>
      log.warn(
        { audit: 'token guessed', from, wrong, wait_s: waitS },
        waitS === undefined ? 'a wrong token was shown' : 'too many wrong tokens: no more are looked at for a while',
      ),
  });
}
