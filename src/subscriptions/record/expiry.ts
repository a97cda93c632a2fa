import type { Expiry, Rung, SubscriptionRecord } from '../../contracts/subscription.ts';
import { RUNGS } from '../../contracts/subscription.ts';
import { formatTime } from '../../contracts/time.ts';

const DAY_MS = 24 * 3_600_000;

/** `claude setup-token` makes a token that is good for a year (https://code.claude.com/docs/en/authentication). */
export const SETUP_TOKEN_LIFE_MS = 365 * DAY_MS;

/** How long before the expiry each rung is due, in milliseconds. */
const AHEAD_MS: Readonly<Record<Rung, number>> = {
  '14d': 14 * DAY_MS,
  '7d': 7 * DAY_MS,
  '3d': 3 * DAY_MS,
  '1d': DAY_MS,
  passed: 0,
};

/** Only Anthropic's setup tokens are known to live a year. A record without a provider is warned about all the same. */
const YEARLY_PROVIDERS = new Set(['anthropic', 'unknown']);

/**
 * When a token will end, estimated from its issue date. What an operator or the provider said stands.
 * API keys don't end by themselves.
 */
export function estimateExpiry(record: SubscriptionRecord): Expiry | null {
  if (record.expires_at && record.expires_at.source !== 'estimated') return record.expires_at;
  if (record.issued_at === null || record.kind === 'api_key' || !YEARLY_PROVIDERS.has(record.provider)) return null;
  return { at: formatTime(Date.parse(record.issued_at) + SETUP_TOKEN_LIFE_MS), source: 'estimated' };
}

/** The rung that a token stands on: the nearest one reached; undefined while the expiry is far, or unknown. */
export function rungAt(expiresAt: Expiry | null, nowMs: number): Rung | undefined {
  if (!expiresAt) return undefined;
  const leftMs = Date.parse(expiresAt.at) - nowMs;
  return RUNGS.findLast((rung) => leftMs <= AHEAD_MS[rung]);
}

/**
 * The warning that is due: the nearest rung reached, if this token has not had it. Farther rungs that were missed
 * are not sent late: four warnings at once say no more than one.
 */
export function rungDue(record: SubscriptionRecord, nowMs: number): Rung | undefined {
  if (record.removed_at !== null) return undefined;
  const rung = rungAt(record.expires_at, nowMs);
  return rung === undefined || record.warned.includes(rung) ? undefined : rung;
}

/** The rungs that are done with once a rung was sent: itself and all before it. */
export function rungsUpTo(rung: Rung): Rung[] {
  return RUNGS.slice(0, RUNGS.indexOf(rung) + 1);
}

/** When the next warning is due, epoch milliseconds; in the past where one is overdue; undefined: never. */
export function nextWarningMs(record: SubscriptionRecord): number | undefined {
  if (!record.expires_at || record.removed_at !== null) return undefined;
  const expiresMs = Date.parse(record.expires_at.at);
  const next = RUNGS.find((rung) => !record.warned.includes(rung));
  return next === undefined ? undefined : expiresMs - AHEAD_MS[next];
}
