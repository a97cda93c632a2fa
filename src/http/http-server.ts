import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { systemErrorWords } from '../contracts/system-error-words.ts';
import { createHttpApp, type HttpAppOptions } from './http-app.ts';
import { CLOSED_HEADERS } from './security-headers.ts';

export interface HttpServerOptions extends Omit<HttpAppOptions, 'onError'> {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** How long a request may take to be there, and a connection on which nothing happens is kept. Milliseconds. */
  readonly patienceMs?: number;
  /** Called with what goes wrong in a request or with the socket; the server goes on. */
  readonly onError?: (error: unknown) => void;
}

export interface HttpServer {
  readonly url: string;
  stop(): Promise<void>;
}

const MAX_CONNECTIONS = 512;
const MAX_HEADER_BYTES = 8_192;

/**
 * The service's own HTTP: the probes, the metrics, the API and the page. No request ends or stalls the service: what can't be
 * read is answered with 400, and a client that is slow is cut off.
 *
 * @throws {Error} with Node's code when the address can't be listened on
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port, patienceMs = 5_000, onError = () => undefined } = options;
  const app = createHttpApp({ ...options, onError });
  const listener = getRequestListener((request, env) => app.fetch(request, env as HttpBindings), {
    hostname: 'localhost',
    // Other parts of the process have their own.
    overrideGlobalObjects: false,
    errorHandler: () => new Response('this is no address\n', { status: 404, headers: CLOSED_HEADERS }),
  });

  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, connectionsCheckingInterval: Math.min(1_000, patienceMs) },
    (request, response) => {
      response.on('error', onError);
      if (!hasBodyWelcome(request)) {
        response.setHeader('connection', 'close');
        return answer(response, 405, 'this is not answered here\n');
      }
      listener(request, response).catch((error: unknown) => {
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

/** Only the API takes anything but GET and HEAD, and it takes POST alone. */
function hasBodyWelcome({ method, url = '' }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD' || (method === 'POST' && url.startsWith('/api/v1/'));
}

function cannotListen(cause: NodeJS.ErrnoException, host: string, port: number): Error {
  const reason = systemErrorWords(cause);
  const message = `can't serve HTTP at ${host}:${port}: ${reason}. Choose another address with --http or KNELL_HTTP`;
  return Object.assign(new Error(message, { cause }), { code: cause.code });
}

function answer(response: ServerResponse, status: number, body: string): void {
  const head = {
    ...CLOSED_HEADERS,
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  };
  response.writeHead(status, head).end(body);
}

/** What is no HTTP, or too slow, or too long. */
function refuse(socket: Socket): void {
  if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  socket.destroySoon();
}
