import { DAY, HOUR, MINUTE, SECOND, T0 } from '../support/subscriptions.ts';

/*
 * A day of a fleet, as it really is. What the dispatcher and knell know of it is another matter.
 *
 * 100 agents on 10 subscriptions. Subscription 0: its token expires at 06:00 and is replaced at 18:00; a fifth of its
 * agents go on with the old one until 18:30. Subscription 3 is at its limit from 10:00 to 12:00. All through 08:00 to
 * 09:00 the provider is overloaded, which runs survive. From 14:00 to 16:00 agent 55 has a dead API key in its
 * environment.
 */
export const AGENTS = 100;
export const SUBSCRIPTIONS = 10;
export const EXPIRY = T0 + 6 * HOUR;
export const OUTAGE = [T0 + 8 * HOUR, T0 + 9 * HOUR] as const;
export const LIMIT = [T0 + 10 * HOUR, T0 + 12 * HOUR] as const;
const SHADOW = [T0 + 14 * HOUR, T0 + 16 * HOUR] as const;
const REPLACED = T0 + 18 * HOUR;
const STALE_UNTIL = REPLACED + 30 * MINUTE;

export const END = T0 + DAY;
export const TIMEOUT_MS = HOUR;

/** When the second refusal of the provider shows in the output, and how long ending a process tree takes. */
export const EVIDENCE_AFTER_MS = 3 * SECOND;
export const ABORT_TAKES_MS = 2 * SECOND;

export interface Credential {
  readonly kind: 'oauth' | 'api_key';
  readonly subscription: string;
  readonly fingerprint: string;
}

/** The credential a run of an agent has if it is started now. Only subscription 0 ever gets a new token. */
export function credentialAt(agent: number, subscription: number, nowMs: number): Credential {
  const isShadowed = agent === 55 && nowMs >= SHADOW[0] && nowMs < SHADOW[1];
  const id = `sub-${subscription}`;
  if (isShadowed) return { kind: 'api_key', subscription: id, fingerprint: 'key-55' };
  const isStale = agent % 50 === 0 && nowMs < STALE_UNTIL;
  const isNew = subscription === 0 && nowMs >= REPLACED && !isStale;
  return { kind: 'oauth', subscription: id, fingerprint: `${id}-${isNew ? 'new' : 'old'}` };
}

/** Why a run with a credential can't succeed at a moment; undefined: it can. */
export function fatalAt({ kind, subscription, fingerprint }: Credential, nowMs: number): Fatal | undefined {
  if (kind === 'api_key') return { category: 'auth.invalid_credentials' };
  if (fingerprint === 'sub-0-old' && nowMs >= EXPIRY) return { category: 'auth.token_expired' };
  if (subscription === 'sub-3' && nowMs >= LIMIT[0] && nowMs < LIMIT[1]) {
    return { category: 'quota.usage_limit', resetMs: LIMIT[1] };
  }
  return undefined;
}

export interface Fatal {
  readonly category: 'auth.token_expired' | 'auth.invalid_credentials' | 'quota.usage_limit';
  readonly resetMs?: number;
}

/** How a run that can't succeed goes on if nobody ends it, in the proportions of the incident. */
export type Ending = 'fails' | 'hangs' | 'hangs in silence';

/** After how long a doomed run is over by itself: the client's own retries, or the platform's timeout. */
export function lifeOf(ending: Ending): number {
  return ending === 'fails' ? 210 * SECOND : TIMEOUT_MS;
}

/** When the host of a run with structured output tells that the model has answered it. */
export const ANSWER_AFTER_MS = 10 * SECOND;

/** Numbers that look random and are the same each time (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function endingFrom(random: number): Ending {
  if (random < 0.45) return 'fails';
  return random < 0.9 ? 'hangs' : 'hangs in silence';
}
