import { createConnection } from 'node:net';

/**
 * Whether a NATS server demands a client certificate: it says so in its first line, in plain text (`tls_verify`,
 * https://docs.nats.io/reference/reference-protocols/nats-protocol#info). In TLS 1.3 a client without one sees no error,
 * its connection just ends, and the NATS client takes that for a timeout.
 *
 * @param server `host:port`
 * @returns false also where the server says nothing within `timeoutMs`
 */
export function demandsCertificate(server: string, timeoutMs = 1_000): Promise<boolean> {
  const at = server.lastIndexOf(':');
  const [host, port] = [server.slice(0, at).replace(/^\[|\]$/g, ''), Number(server.slice(at + 1))];
  return new Promise((resolve) => {
    let said = '';
    const socket = createConnection({ host, port, timeout: timeoutMs });
    const end = (): void => {
      socket.destroy();
      resolve(/^INFO .*"tls_verify":\s*true/.test(said));
    };
    socket.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('\n') || said.length > 65_536) end();
    });
    socket.on('timeout', end).on('error', end).on('close', end);
  });
}
