import { LoginUnusable } from './login.ts';

/** What an address says: where to connect, and possibly as whom. */
export interface ServerAddress {
  /** `host:port`, at least one. */
  readonly servers: string[];
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  /** Whether one of the addresses asks for TLS. A server that has TLS is spoken to in TLS anyway. */
  readonly tls: boolean;
}

/**
 * Reads `nats://[user:password@|token@]host[:port]`, several separated by commas; user and password are percent-encoded.
 * The NATS client ignores credentials in an address, so they are taken out here; the first address that has some counts
 * for all.
 *
 * @throws {LoginUnusable} when an address can't be read; the message does not repeat a password
 */
export function parseServers(addresses: string): ServerAddress {
  const servers: string[] = [];
  let login: Pick<ServerAddress, 'user' | 'password' | 'token'> = {};
  let tls = false;
  for (const address of addresses.split(',').map((part) => part.trim())) {
    const url = parseAddress(address);
    if (!url?.hostname || !['nats:', 'tls:'].includes(url.protocol)) {
      throw new LoginUnusable(
        `"${withoutLogin(address)}" is no NATS server: write it as nats://host:4222, several separated by commas`,
      );
    }
    servers.push(`${url.hostname}:${url.port || 4222}`);
    tls ||= url.protocol === 'tls:';
    const [user, password] = [decode(url.username, address), decode(url.password, address)];
    if (user && Object.keys(login).length === 0) login = password ? { user, password } : { token: user };
  }
  return { servers, ...login, tls };
}

/** An address, or several, as it may be shown: without user, password or token. */
export function withoutLogin(addresses: string): string {
  return addresses
    .split(',')
    .map((address) => address.replace(/^([a-z]+:\/\/)?.*@/i, '$1').trim())
    .join(', ');
}

function parseAddress(address: string): URL | undefined {
  const withScheme = address.includes('://') ? address : `nats://${address}`;
  return URL.canParse(withScheme) ? new URL(withScheme) : undefined;
}

function decode(text: string, address: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new LoginUnusable(
      `user and password in the address of ${withoutLogin(address)} are not percent-encoded: write % as %25, @ as %40, : as %3A, / as %2F`,
    );
  }
}
