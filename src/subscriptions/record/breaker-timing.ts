import type { Category } from '../../contracts/categories.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

/** A limit that does not say when it resets: one run tries again after this long. */
export const UNKNOWN_RESET_MS = 15 * MINUTE_MS;

/** A token without a fingerprint can be replaced unseen, so one run tries again after this long. */
export const UNSEEN_CHANGE_MS = 30 * MINUTE_MS;

/** Credit is topped up by people: one run tries again after this long. */
export const CREDIT_RETRY_MS = 60 * MINUTE_MS;

/** After how long the first trial is made of a refused token, and the longest time between two while one agent alone saw it refused. */
const FIRST_TRIAL_MS = MINUTE_MS;
const LONGEST_ALONE_MS = 15 * MINUTE_MS;

/** The longest time between trials of a token that two agents, or a probe, saw refused. */
const LONGEST_AGREED_MS = 60 * MINUTE_MS;

/** The witness that asks the provider itself: it counts as much as two agents. */
export const PROBE = 'probe';

/** What the time until the next trial depends on. */
export interface TrialGrounds {
  readonly witnesses: readonly string[];
  /** How many trials have failed or proved nothing. */
  readonly tries: number;
  /** Whether the provider named the time from which on the token works again. */
  readonly isTold: boolean;
}

/**
 * How long a refused token waits for its next trial, in milliseconds: a minute, then longer after each trial that did not succeed. One
 * agent may be misconfigured, or forge a line, so its report puts trials a quarter of an hour apart at most. A second agent that agrees
 * proves that the token was refused, though not for how long: a provider that refuses everybody for five minutes is seen by all runs at
 * once. So trials go on growing apart, faster, up to an hour. It is an hour at once where the provider named the time as well, and
 * after a probe, which asks the provider itself. `test/sim/breaker.test.ts` shows the cost.
 */
export function trialDelayMs({ witnesses, tries, isTold }: TrialGrounds): number {
  if (witnesses.includes(PROBE)) return LONGEST_AGREED_MS;
  if (witnesses.length <= 1) return Math.min(FIRST_TRIAL_MS * 2 ** tries, LONGEST_ALONE_MS);
  return isTold ? LONGEST_AGREED_MS : Math.min(FIRST_TRIAL_MS * 5 ** tries, LONGEST_AGREED_MS);
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
