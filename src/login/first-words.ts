import { createConnection } from 'node:net';

/**
 * What is at an address where a NATS client got nowhere: `certificate`: a NATS server that demands one of the client · `full`: a
 * NATS server with as many connections as it takes (`max_connections`) · `http`: a web server · `silent`: a program that says
 * nothing · `nats`: a NATS server · `away`: nothing that lets one in.
 */
export type Listener = 'certificate' | 'full' | 'http' | 'silent' | 'nats' | 'away';

/** So long a server is given to speak first, as NATS servers do; then it is asked in HTTP. In milliseconds. */
const FIRST_WORD_MS = 500;

/** So long after its first line a full server is given to say so: it does at once, and hangs up. In milliseconds. */
const SECOND_WORD_MS = 250;

const CERTIFICATE = /^INFO .*"tls_verify":\s*true/;
const FULL = /^-ERR 'maximum (?:\w+ )*connections exceeded'/im;

/**
 * Looks who listens, by the first line that is said. A NATS server says there, in plain text, whether it demands a certificate
 * (`tls_verify`, https://docs.nats.io/reference/reference-protocols/nats-protocol#info). In TLS 1.3 a client without one sees
 * no error, its connection just ends, and the NATS client takes that for a timeout, as it does where a server is full.
 *
 * @param server `host:port`
 */
export function whoListens(server: string, firstWordMs = FIRST_WORD_MS): Promise<Listener> {
  const at = server.lastIndexOf(':');
  const [host, port] = [server.slice(0, at).replace(/^\[|\]$/g, ''), Number(server.slice(at + 1))];
  return new Promise((resolve) => {
    let said = '';
    let found: Listener = 'away';
    let hasAsked = false;
    const socket = createConnection({ host, port, timeout: firstWordMs });
    const end = (): void => {
      socket.destroy();
      if (said.startsWith('INFO ')) found = FULL.test(said) ? 'full' : CERTIFICATE.test(said) ? 'certificate' : 'nats';
      else if (said.startsWith('HTTP/')) found = 'http';
      resolve(found);
    };
    socket.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.length > 65_536) return end();
      if (!said.includes('\n')) return;
      if (said.startsWith('INFO ') && !CERTIFICATE.test(said) && !FULL.test(said)) socket.setTimeout(SECOND_WORD_MS);
      else end();
    });
    socket.on('connect', () => {
      found = 'silent';
    });
    socket.on('timeout', () => {
      if (found === 'away' || hasAsked || said !== '') return end();
      hasAsked = true;
      socket.write('HEAD / HTTP/1.0\r\n\r\n');
    });
    socket.on('error', end).on('close', end);
  });
}
