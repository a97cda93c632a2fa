import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Registry } from 'prom-client';
import { hasToken } from './http-token.ts';

export interface HttpServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly registry: Registry;
  /** Whether work can be done now; a sentence when it can't. */
  readonly readiness: () => string | undefined;
  /** What everything but the probes `/healthz` and `/readyz` asks for, as a bearer credential; left out: nothing. */
  readonly token?: string;
  /** How long a request may take to be there, and a connection on which nothing happens is kept. Milliseconds. */
  readonly patienceMs?: number;
  /** Told what goes wrong in a request or with the socket; the server goes on. */
  readonly onError?: (error: unknown) => void;
}

export interface HttpServer {
  readonly url: string;
  stop(): Promise<void>;
}

const MAX_CONNECTIONS = 512;
const MAX_HEADER_BYTES = 8_192;
/** However many ask, the metrics are collected no more often than this in a second. */
const COLLECTIONS_A_SECOND = 50;

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * The service's own HTTP: `/healthz` (the process lives), `/readyz` (it can work), `/metrics` (Prometheus). No request
 * ends or stalls the service: what can't be read is answered with 400, and a client that is slow is cut off.
 *
 * @throws {Error} with Node's code when the address can't be listened on
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port, readiness, token, patienceMs = 5_000, onError = () => undefined } = options;
  const metrics = atMost(COLLECTIONS_A_SECOND, () => options.registry.metrics());

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Not parsed as a URL: whatever is none of the three paths, letter by letter, is not here.
    const path = (request.url ?? '').split('?', 1)[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('connection', 'close');
      return answer(response, 405, 'only GET is answered here\n');
    }
    if (path === '/healthz') return answer(response, 200, 'alive\n');
    if (path === '/readyz') {
      const obstacle = readiness();
      return answer(response, obstacle === undefined ? 200 : 503, `${obstacle ?? 'ready'}\n`);
    }
    if (token !== undefined && !hasToken(request.headers.authorization, token)) {
      response.setHeader('www-authenticate', 'Bearer realm="knell"');
      return answer(response, 401, 'this needs the token that KNELL_HTTP_TOKEN is set to, as a bearer credential\n');
    }
    if (path === '/metrics') return answer(response, 200, await metrics(), options.registry.contentType);
    answer(response, 404, 'here are /healthz, /readyz and /metrics\n');
  }

  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, connectionsCheckingInterval: Math.min(1_000, patienceMs) },
    (request, response) => {
      response.on('error', onError);
      handle(request, response).catch((error: unknown) => {
        onError(error);
        if (!response.headersSent) answer(response, 500, 'this could not be answered; the log of knell says why\n');
        else response.destroy();
      });
    },
  );
  server.headersTimeout = patienceMs;
  server.requestTimeout = patienceMs;
  server.keepAliveTimeout = patienceMs;
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(patienceMs);
  server.on('clientError', (_, socket: Socket) => refuse(socket));
  await new Promise<void>((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port));
    server.once('error', refused);
    server.listen(port, host, () => {
      server.off('error', refused);
      server.on('error', onError);
      resolve();
    });
  });
  const bound = server.address() as AddressInfo;
  return {
    url: `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
    async stop() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function cannotListen(cause: NodeJS.ErrnoException, host: string, port: number): Error {
  const reason = cause.code === 'EADDRINUSE' ? 'another program listens there' : cause.message;
  const message = `can't serve HTTP at ${host}:${port}: ${reason}. Choose another address with --http or KNELL_HTTP`;
  return Object.assign(new Error(message, { cause }), { code: cause.code });
}

function answer(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  const head = { ...HEADERS, 'content-type': type, 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, head).end(body);
}

/** What is no HTTP, or too slow, or too long. */
function refuse(socket: Socket): void {
  if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  socket.destroySoon();
}

/** Calls so many times in a second; who asks more often gets what the last call came to. A failure is not kept. */
function atMost<T>(aSecond: number, make: () => Promise<T>): () => Promise<T> {
  let [sinceMs, calls] = [0, 0];
  let last: Promise<T> | undefined;
  return () => {
    if (performance.now() - sinceMs >= 1_000) [sinceMs, calls] = [performance.now(), 0];
    if (last && calls >= aSecond) return last;
    calls += 1;
    const value = make();
    last = value;
    value.catch(() => {
      if (last === value) last = undefined;
    });
    return value;
  };
}
