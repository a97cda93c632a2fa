/** Where to connect and as whom: the part of the NATS client's options that an address can say. */
export interface ServerAddress {
  readonly servers: string[];
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
  /** Present where the address asks for TLS; a server that has TLS is spoken to in TLS anyway. */
  readonly tls?: Record<string, never>;
}

/**
 * Reads `nats://[user:password@|token@]host[:port]`, several separated by commas. The NATS client ignores credentials in
 * an address, so they are taken out here; the first address that has some counts for all.
 *
 * @throws {RangeError} when an address can't be read; the message does not repeat a password
 */
export function parseServers(addresses: string): ServerAddress {
  const servers: string[] = [];
  let login: Pick<ServerAddress, 'user' | 'pass' | 'token'> = {};
  let tls = false;
  for (const address of addresses.split(',').map((part) => part.trim())) {
    const url = parseAddress(address);
    if (!url?.hostname || !['nats:', 'tls:'].includes(url.protocol)) {
      const shown = address.replace(/[^/]*@/, '');
      throw new RangeError(`"${shown}" is no NATS server: write it as nats://host:4222, several separated by commas`);
    }
    servers.push(`${url.hostname}:${url.port || 4222}`);
    tls ||= url.protocol === 'tls:';
    const [user, pass] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
    if (user && Object.keys(login).length === 0) login = pass ? { user, pass } : { token: user };
  }
  return { servers, ...login, ...(tls ? { tls: {} } : {}) };
}

function parseAddress(address: string): URL | undefined {
  const withScheme = address.includes('://') ? address : `nats://${address}`;
  return URL.canParse(withScheme) ? new URL(withScheme) : undefined;
}
