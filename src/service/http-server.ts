import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

export interface HttpServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly registry: Registry;
  /** Whether work can be done now; a sentence when it can't. */
  readonly readiness: () => string | undefined;
}

export interface HttpServer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The service's own HTTP: `/healthz` (the process lives), `/readyz` (it can work), `/metrics` (Prometheus).
 * @throws {Error} with Node's code when the address can't be listened on
 */
export async function startHttpServer({ host, port, registry, readiness }: HttpServerOptions): Promise<HttpServer> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(response, 405, 'only GET is answered here\n');
    if (path === '/healthz') return answer(response, 200, 'alive\n');
    if (path === '/readyz') {
      const obstacle = readiness();
      return answer(response, obstacle === undefined ? 200 : 503, `${obstacle ?? 'ready'}\n`);
    }
    if (path === '/metrics') {
      void registry.metrics().then(
        (text) => answer(response, 200, text, registry.contentType),
        (error: unknown) => answer(response, 500, `${String(error)}\n`),
      );
      return;
    }
    answer(response, 404, 'here are /healthz, /readyz and /metrics\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)));
    server.listen(port, host, () => resolve());
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
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
}
