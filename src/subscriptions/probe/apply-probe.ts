import type { Holder, SubscriptionRecord } from '../../contracts/subscription.ts';
import { introduceToken } from '../record/add-token.ts';
import { audited } from '../record/audit.ts';
import { recordRefusal, recordSuccess } from '../record/breaker.ts';
import { heldUntil, PROBE } from '../record/breaker-timing.ts';
import { newRecord } from '../record/new-record.ts';
import { tokenOf, withToken } from '../record/tokens.ts';
import type { ProbeResult } from './read-probe-answer.ts';

/** How probes stand in the audit. */
const BY = PROBE;
const WORKS = 'works: ';

/** What a probe found out about a token. */
export interface ProbeFinding {
  readonly holder: Holder;
  readonly provider: string;
  readonly fingerprint: string;
  readonly result: ProbeResult;
  /** When the request was sent, epoch milliseconds, by the clock of the machine that probed. */
  readonly sentMs: number;
  /** Since when the breaker was open before the request was sent; null: it was closed. */
  readonly openSince: string | null;
}

/** What came of a probe, seen from outside: by the newest entry of a record's audit, where that is a probe's. */
export function probeSeen(
  before: SubscriptionRecord | undefined,
  record: SubscriptionRecord,
): 'works' | 'refused' | undefined {
  const [newest] = record.audit;
  const [known] = before?.audit ?? [];
  if (newest?.by !== BY || (newest.at === known?.at && newest.what === known.what)) return undefined;
  return newest.what.startsWith(WORKS) ? 'works' : 'refused';
}

/** Takes in what a probe found out. An answer that settles nothing changes nothing. */
export function applyProbe(
  before: SubscriptionRecord | undefined,
  finding: ProbeFinding,
  nowMs: number,
): SubscriptionRecord | undefined {
  const { holder, provider, fingerprint, result, sentMs, openSince } = finding;
  if (result.verdict === 'inconclusive') return before;
  const known = before ?? audited(newRecord(holder, fingerprint, nowMs), BY, 'learned from a probe', nowMs);
  const record = introduceToken({ ...known, provider, removed_at: null }, fingerprint, nowMs, 'probe');
  const token = tokenOf(record, fingerprint);
  if (!token) return before;
  if (result.verdict === 'works') {
    // The order is known even where clocks differ: the breaker that was open when the request went out is older.
    const sinceMs = openSince !== null && token.breaker.since === openSince ? Date.parse(openSince) + 1 : sentMs;
    const vouched = recordSuccess(token, { startedMs: Math.max(sentMs, sinceMs), atMs: nowMs, by: 'probe' }, nowMs);
    return audited(withToken(record, vouched), BY, `${WORKS}${result.reason}`, nowMs);
  }
  const held = heldUntil({
    category: result.category,
    observedMs: nowMs,
    resetMs: result.resetMs,
    isNamed: true,
  });
  if (!held) return before;
  const { category, reason } = result;
  const refused = recordRefusal(
    token,
    { category, reason, evidence: [], observedMs: nowMs, held, by: BY, witness: BY },
    nowMs,
  );
  return audited(withToken(record, refused), BY, `${category}: ${reason}`, nowMs);
}
