import { hasToken } from './http-token.ts';

/** What access is decided by. */
export interface AccessRules {
  /** Left out: no client can act. */
  readonly token: string | undefined;
  /** Whether the address that is listened on can be reached from this machine only. */
  readonly isLoopback: boolean;
  /** Everyone who reaches the address may read. */
  readonly readsOpen: boolean;
}

/** The headers of a request that access depends on. */
export interface AskedBy {
  readonly authorization: string | undefined;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

export type AccessRefusal = {
  readonly status: 401 | 403;
  readonly code: 'TOKEN_WANTED' | 'NO_TOKEN_SET' | 'OTHER_ORIGIN';
  readonly message: string;
};

/**
 * What keeps a request from reading; undefined: it may. With the token all may. Without it, those who ask this machine by a
 * name of its own: what agents print is not for a network, nor for another site's page whose name was pointed here.
 */
export function obstacleToReading(rules: AccessRules, asked: AskedBy): AccessRefusal | undefined {
  if (rules.readsOpen) return undefined;
  if (rules.token !== undefined && hasToken(asked.authorization, rules.token)) return undefined;
  if (rules.isLoopback && isLoopbackHost(asked.host)) return undefined;
  if (rules.token === undefined) {
    const message =
      'this address can be reached from other machines: set KNELL_HTTP_TOKEN, or KNELL_HTTP_READ=open if all who reach it may read what agents print';
    return { status: 403, code: 'NO_TOKEN_SET', message };
  }
  const message = 'this needs the token that KNELL_HTTP_TOKEN is set to, as a bearer credential';
  return { status: 401, code: 'TOKEN_WANTED', message };
}

/**
 * What keeps a request from acting; undefined: it may. It needs the token, and comes from this page or from no browser at
 * all: a browser tells where a request comes from, and no script can keep it from doing so.
 */
export function obstacleToActing(rules: AccessRules, asked: AskedBy): AccessRefusal | undefined {
  if (rules.token === undefined) {
    return { status: 403, code: 'NO_TOKEN_SET', message: 'no client can act here until KNELL_HTTP_TOKEN is set' };
  }
  if (isFromElsewhere(asked)) {
    return { status: 403, code: 'OTHER_ORIGIN', message: 'the request comes from another site' };
  }
  if (!hasToken(asked.authorization, rules.token)) {
    return { status: 401, code: 'TOKEN_WANTED', message: 'acting needs the token that KNELL_HTTP_TOKEN is set to' };
  }
  return undefined;
}

/** Whether a browser says that the request was made by another site's page. */
export function isFromElsewhere({ host, origin, fetchSite }: AskedBy): boolean {
  if (fetchSite !== undefined && fetchSite !== 'same-origin') return true;
  if (origin === undefined) return false;
  return origin !== `http://${host}` && origin !== `https://${host}`;
}

function isLoopbackHost(host: string | undefined): boolean {
  return /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]{1,5})?$/i.test(host ?? '');
}
