import type { Socket } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { Registry } from 'prom-client';
import { refusalOf } from './access.ts';
import { atMost } from './at-most.ts';
import { isPageAddress, type PageFile, readPageFiles } from './page-files.ts';
import { CLOSED_HEADERS, PAGE_HEADERS } from './security-headers.ts';
import type { TokenGuard } from './token-guard.ts';

/** What answers requests. */
export interface HttpApp {
  fetch(request: Request, env: HttpBindings): Response | Promise<Response>;
}

export interface HttpAppOptions {
  readonly registry: Pick<Registry, 'metrics' | 'contentType'>;
  /** Whether work can be done now; a sentence when it can't. */
  readonly readiness: () => string | undefined;
  /** What everything but the probes `/healthz` and `/readyz` asks for, as a bearer credential; left out: nothing. */
  readonly tokens?: TokenGuard;
  /** Answers `/api/v1`, loaded when it is first asked for; undefined: not yet. Left out: there is no API and no page. */
  readonly api?: () => Promise<HttpApp> | undefined;
  /** The folder of the built page. */
  readonly page?: string;
  /** Called with what goes wrong in a request; the server goes on. */
  readonly onError: (error: unknown) => void;
}

type Env = { Bindings: HttpBindings };

/** However many ask, the metrics are collected no more often than this in a second. */
const COLLECTIONS_A_SECOND = 50;
/** How long an answer may take to be made: longer than the longest job of the workbench. */
const ANSWER_MS = 90_000;

/** `/healthz` (the process lives), `/readyz` (it can work), `/metrics` (Prometheus), `/api/v1`, and the page. */
export function createHttpApp({ registry, readiness, tokens, api, page, onError }: HttpAppOptions): HttpApp {
  const metrics = atMost(COLLECTIONS_A_SECOND, () => registry.metrics());
  const app = new Hono<Env>();
  let files: ReadonlyMap<string, PageFile> | undefined;

  app.onError((error, c) => {
    onError(error);
    return say(c, 500, 'this could not be answered; the log of knell says why\n');
  });
  app.get('/healthz', (c) => say(c, 200, 'alive\n'));
  app.get('/readyz', (c) => {
    const obstacle = readiness();
    return say(c, obstacle === undefined ? 200 : 503, `${obstacle ?? 'ready'}\n`);
  });
  if (api) {
    app.all('/api/v1/*', async (c) => {
      const loading = api();
      if (!loading) return c.json(STARTING, 503, CLOSED_HEADERS);
      return withTimeToAnswer(c.env.incoming.socket, async () => (await loading).fetch(c.req.raw, c.env));
    });
  }
  if (page !== undefined) {
    app.get('*', async (c, next) => {
      files ??= readPageFiles(page);
      const file = files.get(isPageAddress(c.req.path) ? '/index.html' : c.req.path);
      return file ? send(c, file) : next();
    });
  }
  app.use('*', async (c, next) => {
    if (tokens === undefined) return next();
    const answer = tokens.look(c.req.header('authorization'), c.env.incoming.socket.remoteAddress);
    const refusal = refusalOf(answer, 'this needs the token that KNELL_HTTP_TOKEN is set to, as a bearer credential');
    if (refusal === undefined) return next();
    if (refusal.waitS === undefined) c.header('www-authenticate', 'Bearer realm="knell"');
    else c.header('retry-after', `${refusal.waitS}`);
    return say(c, refusal.status, `${refusal.message}\n`);
  });
  app.get('/metrics', async (c) => {
    const text = await withTimeToAnswer(c.env.incoming.socket, metrics);
    return say(c, 200, text, registry.contentType);
  });
  app.notFound((c) => say(c, 404, 'here are /healthz, /readyz, /metrics, /api/v1 and the page at /\n'));
  return app;
}

/**
 * A socket on which nothing happens is cut off after some seconds. While an answer is made (a large fleet is read first, a
 * candidate is weighed), that is no fault of the client's; while it is taken, it is again. The stream of events has its own.
 */
async function withTimeToAnswer<T>(socket: Socket, make: () => Promise<T>): Promise<T> {
  const patienceMs = socket.timeout ?? 0;
  socket.setTimeout(ANSWER_MS);
  try {
    return await make();
  } finally {
    if (socket.timeout === ANSWER_MS) socket.setTimeout(patienceMs);
  }
}

const STARTING = { schema: 'knell.http-error/v1', code: 'UNAVAILABLE', message: 'knell is starting' };

function say(
  c: Context,
  status: 200 | 401 | 403 | 404 | 429 | 500 | 503,
  text: string,
  type = 'text/plain; charset=utf-8',
) {
  return c.body(text, status, { ...CLOSED_HEADERS, 'content-type': type });
}

function send(c: Context, { type, bytes, gzipped, isHashed }: PageFile) {
  const takesGzip = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '');
  return c.body(Uint8Array.from(takesGzip ? gzipped : bytes), 200, {
    ...PAGE_HEADERS,
    'content-type': type,
    vary: 'accept-encoding',
    ...(takesGzip && { 'content-encoding': 'gzip' }),
    'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
}
