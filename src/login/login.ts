/**
 * Where to connect and as whom. Secrets come from files by path or from the environment, never from a command line;
 * a file is read anew at each connection, so that it may be replaced while knell runs.
 */
export interface Login {
  /** `host:port`, at least one. */
  readonly servers: readonly string[];
  readonly user?: string;
  readonly password?: string;
  readonly passwordFile?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  /** Path of a file with an nkey seed (`SU…`). */
  readonly nkeyFile?: string;
  /** Path of a `.creds` file: a user's JWT and nkey seed, as `nsc` writes it. */
  readonly credsFile?: string;
  /** Whether TLS is asked for; present where it is, with the paths of PEM files. */
  readonly tls?: LoginTls;
  /** What the subjects of replies begin with; permissions may allow a user no other than its own. */
  readonly inboxPrefix?: string;
}

export interface LoginTls {
  /** The authority that signed the server's certificate, where the system does not know it. */
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  /** The name that the server's certificate must carry, where it is not the host's. */
  readonly serverName?: string;
  /** Shake hands before the server says anything (nats-server 2.10, `handshake_first`). */
  readonly first?: boolean;
}

/** What was given can't be a login: an address, a context or a file that can't be read. */
export class LoginUnusable extends Error {
  readonly code = 'NATS_LOGIN_UNUSABLE';
}
