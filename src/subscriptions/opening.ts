import type { Category } from '../contracts/categories.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

/** A limit that does not say when it resets: one run tries again after this long. */
export const UNKNOWN_RESET_MS = 15 * MINUTE_MS;

/** A token nobody has told apart can be replaced unseen, so one run tries again after this long. */
export const UNSEEN_CHANGE_MS = 30 * MINUTE_MS;

/** Credit is topped up by people: one run tries again after this long. */
export const CREDIT_RETRY_MS = 60 * MINUTE_MS;

/** The longest window that a plan has is a month: a reset further away was misread, and counts as not told. */
export const FURTHEST_RESET_MS = 32 * DAY_MS;

export interface Observation {
  readonly category: Category;
  readonly observedMs: number;
  /** The reset time that the evidence gave, epoch milliseconds. */
  readonly resetMs: number | undefined;
  /** Whether the token is known by its fingerprint, so that its replacement would be seen. */
  readonly isNamed: boolean;
}

/**
 * How long evidence of a category speaks against a token: until when (epoch milliseconds), null for "until the token
 * changes"; undefined for categories that say nothing about a token, such as the provider's own trouble.
 */
export function heldUntil({ category, observedMs, resetMs, isNamed }: Observation): number | null | undefined {
  if (category.startsWith('auth.')) return isNamed ? null : observedMs + UNSEEN_CHANGE_MS;
  if (category === 'quota.usage_limit') return believed(observedMs, resetMs) ?? observedMs + UNKNOWN_RESET_MS;
  if (category === 'billing.credit_exhausted') return believed(observedMs, resetMs) ?? observedMs + CREDIT_RETRY_MS;
  return undefined;
}

/** A reset before the evidence, or out of any plan's reach, is no reset. */
function believed(observedMs: number, resetMs: number | undefined): number | undefined {
  if (resetMs === undefined || !Number.isFinite(resetMs)) return undefined;
  return resetMs > observedMs && resetMs - observedMs <= FURTHEST_RESET_MS ? resetMs : undefined;
}
