import { createConnection } from 'node:net';

/** What a NATS server says before anybody logs in, in plain text, and that decides about it. */
export interface FirstWords {
  /**
   * It demands a client certificate (`tls_verify`, https://docs.nats.io/reference/reference-protocols/nats-protocol#info). In
   * TLS 1.3 a client without one sees no error, its connection just ends, and the NATS client takes that for a timeout.
   */
  readonly demandsCertificate: boolean;
  /** It has as many connections as it takes (`max_connections`): it says so and hangs up, which the client takes for a timeout too. */
  readonly isFull: boolean;
}

const CERTIFICATE = /^INFO .*"tls_verify":\s*true/;
const FULL = /^-ERR 'maximum (?:\w+ )*connections exceeded'/im;

/**
 * Asks a server for its first words.
 *
 * @param server `host:port`
 * @returns none also where the server says nothing within `timeoutMs`
 */
export function firstWords(server: string, timeoutMs = 1_000): Promise<FirstWords> {
  const at = server.lastIndexOf(':');
  const [host, port] = [server.slice(0, at).replace(/^\[|\]$/g, ''), Number(server.slice(at + 1))];
  return new Promise((resolve) => {
    let said = '';
    const socket = createConnection({ host, port, timeout: timeoutMs });
    const end = (): void => {
      socket.destroy();
      resolve({ demandsCertificate: CERTIFICATE.test(said), isFull: FULL.test(said) });
    };
    socket.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (/^-ERR .*\n/m.test(said) || (said.includes('\n') && CERTIFICATE.test(said)) || said.length > 65_536) end();
    });
    socket.on('timeout', end).on('error', end).on('close', end);
  });
}
