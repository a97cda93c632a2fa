import type { SubscriptionRecord } from '../contracts/subscription.ts';
import { warmth } from './standing.ts';
import type { SubscriptionView } from './view.ts';

/** How many alternatives are named, and how many subscriptions are looked at for them. */
const MAX_NAMED = 10;
const MAX_LOOKED_AT = 1_000;

/**
 * Other subscriptions of the same provider to use instead: first those the agent is known to use, then those that are
 * seen to work, then those nothing is known against. Different agents begin at different ones, or they would all move
 * to the same.
 */
export function alternativesTo(
  refused: SubscriptionRecord,
  agent: string | undefined,
  view: Pick<SubscriptionView, 'ofAgent' | 'ofProvider'>,
  nowMs: number,
): string[] {
  // A key in the environment shadows every subscription alike: moving would change nothing.
  if (refused.kind === 'api_key') return [];
  const own = agent === undefined ? [] : view.ofAgent(agent).filter(({ provider }) => provider === refused.provider);
  const others = view.ofProvider(refused.provider, seedOf(agent ?? refused.id), MAX_LOOKED_AT);
  const ranked = new Map<string, number>();
  for (const record of others) rank(record, 0);
  for (const record of own) rank(record, 10);

  function rank(record: SubscriptionRecord, bonus: number): void {
    const degree = warmth(record, nowMs);
    if (degree > 0 && record.id !== refused.id) ranked.set(record.id, degree + bonus);
  }

  // The sort is stable: within a rank the order in which they were looked at stands.
  return [...ranked]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAX_NAMED)
    .map(([id]) => id);
}

/** A number from a name, the same everywhere (FNV-1a). */
function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
