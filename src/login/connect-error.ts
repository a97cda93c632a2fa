import type { NatsError } from 'nats';

/**
 * Why no connection came about. `NATS_UNREACHABLE` may pass by itself, all others want a person: a login that is
 * refused today is refused in a minute.
 */
export interface ConnectProblem {
  readonly code:
    | 'NATS_UNREACHABLE'
    | 'NATS_LOGIN_REFUSED'
    | 'NATS_LOGIN_UNUSABLE'
    | 'NATS_TLS_FAILED'
    | 'NATS_FORBIDDEN';
  /** What happened, where, and what to do. Without secrets: it holds only words of ours, names and codes. */
  readonly message: string;
}

/** @param where the servers, as they may be shown */
export function explainConnectError(error: unknown, where: string): ConnectProblem {
  const causes = chainOf(error);
  const codes = causes.map(({ code }) => String(code ?? ''));
  const is = (...wanted: string[]): boolean => codes.some((code) => wanted.includes(code));
  const has = (text: RegExp): boolean => causes.some(({ message }) => text.test(message ?? ''));
  const tls = (what: string): ConnectProblem => ({ code: 'NATS_TLS_FAILED', message: `${what} (${where})` });
  const refused = (what: string): ConnectProblem => ({ code: 'NATS_LOGIN_REFUSED', message: `${what} (${where})` });

  if (is('AUTHORIZATION_VIOLATION')) {
    return refused(
      'the NATS server refused the login: check user and password, token, nkey or credentials (NATS_USER, NATS_PASSWORD, NATS_TOKEN, NATS_NKEY, NATS_CREDS)',
    );
  }
  if (is('AUTHENTICATION_EXPIRED', 'ACCOUNT_EXPIRED')) {
    return refused('the NATS server refused the login because it has expired: get new credentials');
  }
  if (is('BAD_CREDS') || has(/nkeys|InvalidSeed|InvalidEncoding|InvalidChecksum|InvalidPrefix/i)) {
    const message =
      'the nkey seed or credentials file holds no usable login: NATS_NKEY wants a seed (SU…), NATS_CREDS a .creds file';
    return { code: 'NATS_LOGIN_UNUSABLE', message };
  }
  if (is('CERT_HAS_EXPIRED')) return tls("the NATS server's certificate has expired: renew it on the server");
  if (is('CERT_NOT_YET_VALID')) return tls("the NATS server's certificate is not valid yet: check the clocks");
  if (is('ERR_TLS_CERT_ALTNAME_INVALID')) {
    const names = causes.map(({ cert }) => cert?.subjectaltname).find((found) => found !== undefined);
    return tls(
      `the NATS server's certificate is for another name: connect by a name it carries${names ? ` (${names.slice(0, 300)})` : ''}, or say that name with NATS_TLS_NAME`,
    );
  }
  if (is(...UNKNOWN_AUTHORITY)) {
    return tls(
      "the NATS server's certificate is signed by an authority that is unknown here: name its file with NATS_CA",
    );
  }
  if (
    codes.some((code) => /CERTIFICATE_REQUIRED|ALERT_(?:BAD|UNKNOWN)|HANDSHAKE_FAILURE|CERTIFICATE_UNKNOWN/.test(code))
  ) {
    return tls('the NATS server refused the client certificate, or wants one: NATS_CERT and NATS_KEY name its files');
  }
  if (is('SERVER_OPT_NA')) return tls('TLS is asked for, but the NATS server speaks none');
  if (codes.some((code) => /^(?:ERR_(?:SSL|TLS|OSSL)|EPROTO|TLS$)/.test(code))) {
    return tls(`no TLS connection to the NATS server came about: ${codes.filter(Boolean).join(', ')}`);
  }
  if (has(/maximum (?:\w+ )*connections exceeded/i)) {
    return {
      code: 'NATS_UNREACHABLE',
      message: `the NATS server at ${where} takes no more connections (its max_connections is reached): close some, or raise it in its configuration`,
    };
  }
  const why = is('ENOTFOUND', 'EAI_AGAIN') ? 'the name of the NATS server is unknown' : 'no NATS server answers';
  const message = `${why} at ${where}: start one, or point NATS_URL (or --nats) at a running one`;
  return { code: 'NATS_UNREACHABLE', message };
}

/** OpenSSL's verification codes as Node names them (https://nodejs.org/api/tls.html, X509 certificate error codes). */
const UNKNOWN_AUTHORITY = [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
];

/** Why something was refused that needs a right, with the subject; `undefined` where the error is about something else. */
export function explainForbidden(error: unknown): ConnectProblem | undefined {
  for (const { code, message, permissionContext } of chainOf(error)) {
    if (code !== 'PERMISSIONS_VIOLATION') continue;
    const { operation, subject } = permissionContext ?? {};
    const what =
      subject === undefined
        ? (message ?? 'something').slice(0, 200)
        : `${operation === 'publish' ? 'publish to' : 'subscribe to'} ${subject}`;
    return {
      code: 'NATS_FORBIDDEN',
      message: `the NATS server does not allow this login to ${what}: "knell nats permissions" prints what each part of knell needs`,
    };
  }
  return undefined;
}

/** An error that carries the problem's code, and what led to it. */
export function problemError({ code, message }: ConnectProblem, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code });
}

type Cause = Partial<NatsError> & { readonly cert?: { readonly subjectaltname?: string } };

function chainOf(error: unknown): Cause[] {
  const chain: Cause[] = [];
  for (let next = error as Cause | undefined; next && chain.length < 5; ) {
    chain.push(next);
    next = (next.chainedError ?? next.cause) as Cause | undefined;
  }
  return chain;
}
