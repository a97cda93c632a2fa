import { SlidingWindow } from '../classify/sliding-window.ts';
import { bearerToken, digestOf, isSameDigest } from './http-token.ts';
import { networkOf } from './network-of.ts';

/** What became of the credential in a request; `wait`: it was not even looked at, and can be shown again after that time. */
export type TokenAnswer = 'right' | 'wrong' | 'none' | { readonly waitS: number };

/** The token that the service was given, and how often a wrong one may be tried. */
export interface TokenGuard {
  /**
   * Looks at the credential of a request, if it has one. Of a network that has guessed too often none is looked at for a while.
   *
   * @param authorization the header
   * @param address where the request comes from
   */
  look(authorization: string | undefined, address: string | undefined): TokenAnswer;
}

/** A wrong token that counted, or that no more are looked at. */
export interface Guessed {
  /** The network that it came from; `*`: so many guess that no network is heard that never had the right one. */
  readonly from: string;
  /** How many it has tried within a minute. */
  readonly wrong: number;
  /** For how long no more are looked at; left out: they are. Seconds. */
  readonly waitS?: number;
}

export interface TokenGuardOptions {
  readonly nowMs?: () => number;
  readonly onGuessed?: (guessed: Guessed) => void;
}

/** As many different wrong tokens a network may try within a minute, and all together. */
const OF_ONE = 10;
const OF_ALL = 200;
const WITHIN_MS = 60_000;
/** As many networks are remembered that have shown the right token: what others guess does not keep them out. */
const KNOWN = 1_000;
const EVER = Number.NEGATIVE_INFINITY;

interface Guess {
  readonly from: string;
  readonly digest: string;
  readonly atMs: number;
}

/**
 * Keeps the token from being tried out. A wrong token counts once, however often it is sent: a page or a scraper with an old
 * one asks again and again, and learns nothing. Who has guessed too often waits, with the right token too, since else the
 * answer would tell; others go on. Only when many networks guess at once does a network wait that never had the right one.
 */
export function createTokenGuard(
  token: string,
  { nowMs = () => performance.now(), onGuessed = () => undefined }: TokenGuardOptions = {},
): TokenGuard {
  const right = digestOf(token);
  const all = new SlidingWindow<Guess>();
  /** What each network has guessed within the time. No more than `OF_ALL` of them have. */
  const byNetwork = new Map<string, SlidingWindow<Guess>>();
  const known = new Set<string>();
  /** Who waits, as far as it was told: networks, and `*`. */
  const told = new Set<string>();

  function forget(atMs: number): void {
    for (const { from } of all.dropUntil(atMs - WITHIN_MS)) {
      const own = byNetwork.get(from);
      own?.dropUntil(atMs - WITHIN_MS);
      if (own?.countAfter(EVER) === 0) byNetwork.delete(from);
      told.delete(from);
      told.delete('*');
    }
  }

  function remember(from: string): void {
    known.delete(from);
    known.add(from);
    if (known.size > KNOWN) known.delete(known.keys().next().value as string);
  }

  /** Who keeps a network from being heard: itself, or all together; and since when that counts. */
  function obstacleTo(
    from: string,
    own: readonly Guess[],
  ): { who: string; wrong: number; sinceMs: number } | undefined {
    if (own.length >= OF_ONE) return { who: from, wrong: own.length, sinceMs: own[0]?.atMs ?? 0 };
    const guesses = all.after(EVER);
    if (guesses.length < OF_ALL || known.has(from)) return undefined;
    return { who: '*', wrong: guesses.length, sinceMs: guesses[0]?.atMs ?? 0 };
  }

  return {
    look(authorization, address) {
      const given = bearerToken(authorization);
      if (given === undefined) return 'none';
      const atMs = nowMs();
      forget(atMs);
      const from = networkOf(address ?? 'unknown');
      const own = byNetwork.get(from)?.after(EVER) ?? [];
      const obstacle = obstacleTo(from, own);
      if (obstacle) {
        const { who, wrong, sinceMs } = obstacle;
        const waitS = Math.max(1, Math.ceil((sinceMs + WITHIN_MS - atMs) / 1_000));
        if (!told.has(who)) onGuessed({ from: who, wrong, waitS });
        told.add(who);
        return { waitS };
      }
      const digest = digestOf(given);
      if (isSameDigest(digest, right)) {
        remember(from);
        return 'right';
      }
      if (own.some((guess) => guess.digest === digest)) return 'wrong';
      const guess = { from, digest, atMs };
      const guesses = byNetwork.get(from) ?? new SlidingWindow();
      byNetwork.set(from, guesses);
      guesses.add(guess);
      all.add(guess);
      onGuessed({ from, wrong: own.length + 1 });
      return 'wrong';
    },
  };
}
