import { readFileSync } from 'node:fs';
import { systemErrorWords } from '../contracts/system-error-words.ts';
import { type Login, type LoginTls, LoginUnusable } from './login.ts';
import type { LoginEnvironment } from './login-variables.ts';
import { readNatsContext } from './nats-context.ts';
import { parseServers } from './server-address.ts';

const CONTEXT = 'context:';

/**
 * The login that an environment and a given address make up; `undefined` where neither says which server.
 * What an address says goes before the environment, and that before a context of the `nats` command line.
 *
 * @param given an address as in `NATS_URL`, or `context:NAME`
 * @throws {LoginUnusable} when an address, the context, or a file that is named can't be read
 */
export function readLogin(given: string | undefined, env: LoginEnvironment): Login | undefined {
  const named = given ?? nonEmpty(env.NATS_URL);
  const isContext = named?.startsWith(CONTEXT) ?? false;
  const contextName = isContext ? named?.slice(CONTEXT.length) : nonEmpty(env.NATS_CONTEXT);
  const context = contextName === undefined ? {} : readNatsContext(contextName, env);
  const address = isContext ? nonEmpty(context.url) : (named ?? nonEmpty(context.url));
  if (address === undefined) {
    if (contextName === undefined) return undefined;
    throw new LoginUnusable(`the NATS context "${contextName}" names no server: set its url`);
  }
  const { servers, tls, ...inAddress } = parseServers(address);
  const credential = firstOf(inAddress, credentialOf(env), credentialOfContext(context)) ?? {};
  if (credential.user === undefined && (credential.password ?? credential.passwordFile) !== undefined) {
    throw new LoginUnusable('there is a password for the NATS server but no user: set NATS_USER');
  }
  return {
    servers,
    ...credential,
    ...defined({ inboxPrefix: nonEmpty(env.NATS_INBOX_PREFIX) ?? nonEmpty(context.inbox_prefix) }),
    ...defined({ tls: tlsOf(tls, env, context) }),
  };
}

type Credential = Omit<Login, 'servers' | 'tls' | 'inboxPrefix'>;

function credentialOf(env: LoginEnvironment): Credential {
  return readable(
    defined({
      user: nonEmpty(env.NATS_USER),
      password: nonEmpty(env.NATS_PASSWORD),
      passwordFile: nonEmpty(env.NATS_PASSWORD_FILE),
      token: nonEmpty(env.NATS_TOKEN),
      tokenFile: nonEmpty(env.NATS_TOKEN_FILE),
      nkeyFile: nonEmpty(env.NATS_NKEY),
      credsFile: nonEmpty(env.NATS_CREDS),
    }),
  );
}

function credentialOfContext(context: Partial<Record<string, string | boolean>>): Credential {
  const of = (name: string): string | undefined => nonEmpty(context[name] as string | undefined);
  return readable(
    defined({
      user: of('user'),
      password: of('password'),
      token: of('token'),
      nkeyFile: of('nkey'),
      credsFile: of('creds'),
    }),
  );
}

/** The first of these that says anything: parts of two logins never mix. */
function firstOf(...credentials: readonly Credential[]): Credential | undefined {
  return credentials.find((credential) => Object.keys(credential).length > 0);
}

function tlsOf(asked: boolean, env: LoginEnvironment, context: Partial<Record<string, string | boolean>>) {
  const first = nonEmpty(env.NATS_TLS_FIRST);
  const tls: LoginTls = defined({
    caFile: nonEmpty(env.NATS_CA) ?? nonEmpty(context.ca as string | undefined),
    certFile: nonEmpty(env.NATS_CERT) ?? nonEmpty(context.cert as string | undefined),
    keyFile: nonEmpty(env.NATS_KEY) ?? nonEmpty(context.key as string | undefined),
    serverName: nonEmpty(env.NATS_TLS_NAME),
    first: (first === undefined ? context.tls_first === true : /^(1|true|yes)$/i.test(first)) || undefined,
  });
  readable({ caFile: tls.caFile, certFile: tls.certFile, keyFile: tls.keyFile });
  if ((tls.certFile === undefined) !== (tls.keyFile === undefined)) {
    throw new LoginUnusable('a client certificate needs both its files: NATS_CERT and NATS_KEY');
  }
  return asked || Object.keys(tls).length > 0 ? tls : undefined;
}

/** @throws {LoginUnusable} when one of the files can't be read; better now than at the first connection */
function readable<T extends object>(settings: T): T {
  for (const [name, path] of Object.entries(settings)) {
    if (!name.endsWith('File') || path === undefined) continue;
    try {
      readFileSync(path);
    } catch (cause) {
      throw new LoginUnusable(`${WHAT[name] ?? name} ${path} can't be read: ${systemErrorWords(cause)}`, { cause });
    }
  }
  return settings;
}

const WHAT: Readonly<Record<string, string>> = {
  passwordFile: 'the password file',
  tokenFile: 'the token file',
  nkeyFile: 'the nkey seed file',
  credsFile: 'the credentials file',
  caFile: "the certificate authority's file",
  certFile: 'the client certificate',
  keyFile: "the client certificate's key",
};

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** Without the fields that are undefined. */
function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
