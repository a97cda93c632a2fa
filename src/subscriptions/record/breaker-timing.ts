import type { Category } from '../../contracts/categories.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

/** A limit that does not say when it resets: one run tries again after this long. */
export const UNKNOWN_RESET_MS = 15 * MINUTE_MS;

/** A token without a fingerprint can be replaced unseen, so one run tries again after this long. */
export const UNSEEN_CHANGE_MS = 30 * MINUTE_MS;

/** Credit is topped up by people: one run tries again after this long. */
export const CREDIT_RETRY_MS = 60 * MINUTE_MS;

/** After how long the first trial is made of a token that one agent alone saw refused, and the longest time between two. */
const FIRST_TRIAL_MS = MINUTE_MS;
const LAST_TRIAL_MS = 15 * MINUTE_MS;

/** Between trials of a token that two agents, or a probe, saw refused. */
const AGREED_TRIAL_MS = 60 * MINUTE_MS;

/** The witness that asks the provider itself: it counts as much as two agents. */
export const PROBE = 'probe';

/**
 * How long a refused token waits for its next trial, in milliseconds. One agent may be misconfigured, or forge a line:
 * its report holds for a minute, then for longer after each trial that did not succeed. A second agent that agrees, or a
 * probe, proves that the token is the cause; a trial an hour then finds out when it works again. `test/sim/breaker.test.ts`
 * shows the cost.
 */
export function trialDelayMs(witnesses: readonly string[], tries: number): number {
  if (witnesses.length > 1 || witnesses.includes(PROBE)) return AGREED_TRIAL_MS;
  return Math.min(FIRST_TRIAL_MS * 2 ** tries, LAST_TRIAL_MS);
}

const RETRY_MS: Partial<Record<Category, number>> = {
  'quota.usage_limit': UNKNOWN_RESET_MS,
  'billing.credit_exhausted': CREDIT_RETRY_MS,
};

/** The longest window that a plan has is a month: a reset further away was misread, and is ignored. */
export const FURTHEST_RESET_MS = 32 * DAY_MS;

export interface Observation {
  readonly category: Category;
  readonly observedMs: number;
  /** The reset time that the evidence gave, epoch milliseconds. */
  readonly resetMs: number | undefined;
  /** Whether the token is known by its fingerprint, so that its replacement would be seen. */
  readonly isNamed: boolean;
}

/** How long a token is refused. */
export interface Held {
  /** When one run may try again, epoch milliseconds; null: not before the token changes. */
  readonly untilMs: number | null;
  /** Whether the evidence named that time, or it is only time to try again; null where there is none. */
  readonly source: 'told' | 'guessed' | null;
}

/**
 * How long evidence of a category counts against a token; undefined for categories that say nothing about a token, such
 * as an overloaded provider.
 */
export function heldUntil({ category, observedMs, resetMs, isNamed }: Observation): Held | undefined {
  if (category.startsWith('auth.')) {
    return isNamed ? { untilMs: null, source: null } : { untilMs: observedMs + UNSEEN_CHANGE_MS, source: 'guessed' };
  }
  const retryMs = RETRY_MS[category];
  if (retryMs === undefined) return undefined;
  if (isBelievable(observedMs, resetMs)) return { untilMs: resetMs, source: 'told' };
  return { untilMs: observedMs + retryMs, source: 'guessed' };
}

/** A reset before the evidence, or out of any plan's reach, is no reset. */
function isBelievable(observedMs: number, resetMs: number | undefined): resetMs is number {
  return resetMs !== undefined && resetMs > observedMs && resetMs - observedMs <= FURTHEST_RESET_MS;
}
