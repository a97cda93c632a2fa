import { noticeId } from '../classify/ids.ts';
import type { Notice } from '../contracts/notice.ts';
import { holderKey, type Rung, type SubscriptionRecord } from '../contracts/subscription.ts';
import { formatTime } from '../contracts/time.ts';

const WHEN: Readonly<Record<Rung, string>> = {
  '14d': 'in 14 days or less',
  '7d': 'in 7 days or less',
  '3d': 'in 3 days or less',
  '1d': 'within a day',
  passed: '',
};

/** The warning that a token ends soon, or has ended. The same token on the same rung has the same id. */
export function expiryNotice(record: SubscriptionRecord, rung: Rung, nowMs: number): Notice {
  const expiry = record.expires_at;
  const estimated = expiry?.source === 'estimated';
  const of = record.fingerprint ?? 'unnamed';
  const source = estimated ? 'by estimate from its issue date, ' : '';
  const ends = rung === 'passed' ? `expired on ${expiry?.at}` : `expires ${WHEN[rung]}, on ${expiry?.at}`;
  const note = estimated ? ' It is only an estimate: no dispatch is refused for it.' : '';
  return {
    schema: 'knell.notice/v1',
    notice_id: noticeId('subscription_expiring', holderKey(record), of, rung, expiry?.at ?? ''),
    kind: 'subscription_expiring',
    at: formatTime(nowMs),
    message: `The token of ${record.name} ${source}${ends}. Make a new one and set it on the subscription.${note}`,
    subscription: record.id,
    provider: record.provider,
    fingerprint: record.fingerprint,
    rung,
    expires_at: expiry?.at ?? null,
    expires_source: expiry?.source ?? null,
    agents: record.agents.length,
  };
}
