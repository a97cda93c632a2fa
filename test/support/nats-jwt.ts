import { randomUUID } from 'node:crypto';
import { nkeys } from 'nats';

/** A key pair as the NATS client makes it. */
interface KeyPair {
  getPublicKey(): string;
  getSeed(): Uint8Array;
  sign(input: Uint8Array): Uint8Array;
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** The seed of a key pair as it stands in a file. */
export const seedOf = (pair: KeyPair): string => text(pair.getSeed());

export interface JwtWorld {
  /** The part of the server's configuration that trusts the operator and knows the accounts. */
  readonly config: string;
  /** The content of a `.creds` file for a user of the account. */
  creds(name: string): string;
}

/**
 * An operator, a system account and an account with JetStream, and users of it, as `nsc` makes them.
 * Source: nats-io/jwt v2, the claims' JSON; nats-server's memory resolver.
 */
export function createJwtWorld(): JwtWorld {
  const [operator, system, account] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createAccount()];
  const limits = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
  const jetstream = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
  const accountJwt = (pair: KeyPair, name: string, more: object) =>
    sign(operator, pair, name, { type: 'account', limits: { ...limits, ...more } });
  const resolver = [accountJwt(system, 'SYS', {}), accountJwt(account, 'KNELL', jetstream)];
  return {
    config: `operator: "${sign(operator, operator, 'op', { type: 'operator' })}"
system_account: ${system.getPublicKey()}
resolver: MEMORY
resolver_preload: { ${system.getPublicKey()}: "${resolver[0]}", ${account.getPublicKey()}: "${resolver[1]}" }`,
    creds(name) {
      const user = nkeys.createUser();
      const jwt = sign(account, user, name, { type: 'user', subs: -1, data: -1, payload: -1 });
      return `-----BEGIN NATS USER JWT-----
${jwt}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
${seedOf(user)}
------END USER NKEY SEED------
`;
    },
  };
}

function sign(issuer: KeyPair, subject: KeyPair, name: string, nats: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    jti: randomUUID(),
    iat: Math.floor(Date.now() / 1_000),
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name,
    nats: { ...nats, version: 2 },
  };
  const body = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part(claims)}`;
  return `${body}.${Buffer.from(issuer.sign(Buffer.from(body))).toString('base64url')}`;
}
