import type { TokenAnswer, TokenGuard } from './token-guard.ts';

/** What access is decided by. */
export interface AccessRules {
  /** Left out: no token is set, and no client can act. */
  readonly tokens: Pick<TokenGuard, 'look'> | undefined;
  /** Whether the address that is listened on can be reached from this machine only. */
  readonly isLoopback: boolean;
  /** Everyone who reaches the address may read. */
  readonly readsOpen: boolean;
}

/** What access depends on in a request: its headers, and the address that it comes from. */
export interface AskedBy {
  readonly address: string | undefined;
  readonly authorization: string | undefined;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

export type AccessRefusal = {
  readonly status: 401 | 403 | 429;
  readonly code: 'TOKEN_WANTED' | 'NO_TOKEN_SET' | 'OTHER_ORIGIN' | 'TOKENS_GUESSED';
  readonly message: string;
  /** After how many seconds to ask again. */
  readonly waitS?: number;
};

/**
 * What keeps a request from reading; undefined: it may. With the token all may. Without it, those who ask this machine by a
 * name of its own: what agents print is not for a network, nor for another site's page whose name was pointed here.
 */
export function obstacleToReading(rules: AccessRules, asked: AskedBy): AccessRefusal | undefined {
  if (rules.readsOpen) return undefined;
  if (rules.isLoopback && isLoopbackHost(asked.host)) return undefined;
  if (rules.tokens === undefined) {
    const message =
      'this address can be reached from other machines: set KNELL_HTTP_TOKEN, or KNELL_HTTP_READ=open if all who reach it may read what agents print';
    return { status: 403, code: 'NO_TOKEN_SET', message };
  }
  const message = 'this needs the token that KNELL_HTTP_TOKEN is set to, as a bearer credential';
  return refusalOf(rules.tokens.look(asked.authorization, asked.address), message);
}

/**
 * What keeps a request from acting; undefined: it may. It needs the token, and comes from this page or from no browser at
 * all: a browser tells where a request comes from, and no script can keep it from doing so.
 */
export function obstacleToActing(rules: AccessRules, asked: AskedBy): AccessRefusal | undefined {
  if (rules.tokens === undefined) {
    return { status: 403, code: 'NO_TOKEN_SET', message: 'no client can act here until KNELL_HTTP_TOKEN is set' };
  }
  if (isFromElsewhere(asked)) {
    return { status: 403, code: 'OTHER_ORIGIN', message: 'the request comes from another site' };
  }
  const message = 'acting needs the token that KNELL_HTTP_TOKEN is set to';
  return refusalOf(rules.tokens.look(asked.authorization, asked.address), message);
}

/** Why a request is refused that needs the token; undefined: it has it. */
export function refusalOf(answer: TokenAnswer, message: string): AccessRefusal | undefined {
  if (answer === 'right') return undefined;
  if (typeof answer === 'string') return { status: 401, code: 'TOKEN_WANTED', message };
  const { waitS } = answer;
  const guessed = `too many wrong tokens came from this address, or from many; no more are looked at for ${waitS} s`;
  return { status: 429, code: 'TOKENS_GUESSED', message: guessed, waitS };
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
