import type { SubscriptionRecord } from '../../../src/contracts/subscription.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import { newRecord } from '../../../src/subscriptions/record/new-record.ts';

export const ECHO_SUBJECT = 'bench.echo';

/** Every third subscription has a dead token. */
export const isDead = (at: number): boolean => at % 3 === 0;

/** One of many subscriptions, each with twenty agents and a little history. */
export function recordOf(at: number): SubscriptionRecord {
  const nowMs = Date.now();
  const id = `team-${at}`;
  const record = newRecord({ kind: 'subscription', id }, `print-${at}`, nowMs);
  const audit = Array.from({ length: 3 }, () => ({ at: formatTime(nowMs), by: 'bench', what: 'learned from a run' }));
  const agents = Array.from({ length: 20 }, (_, agent) => `agent-${(at * 20 + agent) % 5_000}`);
  const base: SubscriptionRecord = { ...record, provider: 'anthropic', agents, audit };
  if (!isDead(at)) return { ...base, health: { state: 'healthy', at: formatTime(nowMs), by: 'run a.b.1' } };
  return {
    ...base,
    health: { state: 'failing', at: formatTime(nowMs), by: 'run a.b.1' },
    breaker: {
      ...base.breaker,
      state: 'open',
      since: formatTime(nowMs),
      category: 'auth.token_expired',
      reason: 'The token has expired.',
      fingerprint: `print-${at}`,
    },
  };
}
