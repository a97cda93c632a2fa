import type { SubscriptionRecord } from '../../contracts/subscription.ts';
import type { SubscriptionView } from '../view.ts';
import { preference } from './token-status.ts';

/** How many alternatives are named, and how many subscriptions of each sort are looked at for them. */
const MAX_NAMED = 10;
const MAX_LOOKED_AT = 2 * MAX_NAMED;

/**
 * Other subscriptions of the same provider to use instead: first those that the agent is known to use, then those that
 * are seen to work, then those that nothing is known against. Different agents begin at different ones, or all would move
 * to the same one.
 */
export function alternativesTo(
  refused: SubscriptionRecord,
  agent: string | undefined,
  view: Pick<SubscriptionView, 'ofAgent' | 'free'>,
  nowMs: number,
): string[] {
  // A key in the environment shadows every subscription alike: moving would change nothing.
  if (refused.kind === 'api_key') return [];
  const { provider } = refused;
  const own = agent === undefined ? [] : view.ofAgent(agent).filter((record) => record.provider === provider);
  const isBetter = (a: SubscriptionRecord, b: SubscriptionRecord) => preference(b, nowMs) - preference(a, nowMs);
  const seed = seedOf(agent ?? refused.id);
  const named = new Set<string>();
  const candidates = [
    own.slice(0, MAX_LOOKED_AT).sort(isBetter),
    view.free(provider, 'healthy', seed, MAX_LOOKED_AT),
    view.free(provider, 'unknown', seed, MAX_LOOKED_AT),
  ];
  for (const record of candidates.flat()) {
    if (named.size === MAX_NAMED) break;
    if (record.id !== refused.id && preference(record, nowMs) > 0) named.add(record.id);
  }
  return [...named];
}

/** A number from a name, the same everywhere (FNV-1a). */
function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
