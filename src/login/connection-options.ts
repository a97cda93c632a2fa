import { readFileSync } from 'node:fs';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import {
  type Authenticator,
  type ConnectionOptions,
  credsAuthenticator,
  nkeyAuthenticator,
  type TlsOptions,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from 'nats';
import type { Login } from './login.ts';

/** A login as the NATS client takes it. Files are read at each connection. */
export function connectionOptions(login: Login): ConnectionOptions {
  const authenticator = authenticatorOf(login);
  return {
    servers: [...login.servers],
    ...(authenticator && { authenticator }),
    ...(login.inboxPrefix !== undefined && { inboxPrefix: login.inboxPrefix }),
    ...(login.tls && { tls: tlsOptions(login) }),
  };
}

function authenticatorOf(login: Login): Authenticator | undefined {
  const { user, password, passwordFile, token, tokenFile, nkeyFile, credsFile } = login;
  if (credsFile !== undefined) return credsAuthenticator(() => readFileSync(credsFile));
  if (nkeyFile !== undefined) return nkeyAuthenticator(() => Buffer.from(seedIn(readFileSync(nkeyFile, 'utf8'))));
  if (tokenFile !== undefined) return tokenAuthenticator(() => readFileSync(tokenFile, 'utf8').trim());
  if (token !== undefined) return tokenAuthenticator(token);
  if (user === undefined) return undefined;
  if (passwordFile === undefined) return usernamePasswordAuthenticator(user, password);
  return usernamePasswordAuthenticator(user, () => readFileSync(passwordFile, 'utf8').trim());
}

/** The seed in a file that may also have comments and the public key, as `nsc` and `nk` write it. */
function seedIn(text: string): string {
  return /\bS[UANOC][A-Z2-7]{56}\b/.exec(text)?.[0] ?? text.trim();
}

function tlsOptions({ tls = {}, servers }: Login): TlsOptions {
  const { caFile, certFile, keyFile, serverName, first } = tls;
  const names = serverName === undefined ? servers.map(hostOf) : [serverName];
  const options = {
    ...(caFile !== undefined && { caFile }),
    ...(certFile !== undefined && { certFile }),
    ...(keyFile !== undefined && { keyFile }),
    ...(first && { handshakeFirst: true }),
    ...(serverName !== undefined && { servername: serverName }),
    // The client hands on no name for an address of digits, and Node then compares the certificate with "localhost".
    checkServerIdentity: (_: string, certificate: PeerCertificate) => identityError(names, certificate),
  };
  return options;
}

/** Nothing where the certificate carries one of the names, else why not. */
function identityError(names: readonly string[], certificate: PeerCertificate): Error | undefined {
  const errors = names.map((name) => checkServerIdentity(name, certificate));
  return errors.every((error) => error !== undefined) ? errors[0] : undefined;
}

function hostOf(server: string): string {
  return server.slice(0, server.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}
