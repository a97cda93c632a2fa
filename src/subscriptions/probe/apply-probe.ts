import type { Holder, SubscriptionRecord } from '../../contracts/subscription.ts';
import { addToken } from '../record/add-token.ts';
import { audited } from '../record/audit.ts';
import { recordRefusal, recordSuccess } from '../record/breaker.ts';
import { heldUntil, PROBE } from '../record/breaker-timing.ts';
import { newRecord } from '../record/new-record.ts';
import { tokenOf, withToken } from '../record/tokens.ts';
import type { ProbeResult } from './read-probe-answer.ts';

/** The author of a probe's audit entries. */
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

/** The outcome of a probe, read from the newest entry of a record's audit; undefined where that is not a probe's, or not new. */
export function probeSeen(
  before: SubscriptionRecord | undefined,
  record: SubscriptionRecord,
): 'works' | 'refused' | undefined {
  const [newest] = record.audit;
  const [known] = before?.audit ?? [];
  if (newest?.by !== BY || (newest.at === known?.at && newest.what === known.what)) return undefined;
  return newest.what.startsWith(WORKS) ? 'works' : 'refused';
}

/** Applies what a probe found out. An inconclusive answer changes nothing. */
export function applyProbe(
  before: SubscriptionRecord | undefined,
  finding: ProbeFinding,
  nowMs: number,
): SubscriptionRecord | undefined {
  const { holder, provider, fingerprint, result, sentMs, openSince } = finding;
  if (result.verdict === 'inconclusive') return before;
  const known = before ?? audited(newRecord(holder, fingerprint, nowMs), BY, 'learned from a probe', nowMs);
  const record = addToken({ ...known, provider, removed_at: null }, fingerprint, nowMs, 'probe');
  const token = tokenOf(record, fingerprint);
  if (!token) return before;
  if (result.verdict === 'works') {
    // The order is known even where clocks differ: a breaker that was open when the request went out opened before it.
    const sinceMs = openSince !== null && token.breaker.since === openSince ? Date.parse(openSince) + 1 : sentMs;
    const proved = recordSuccess(token, { startedMs: Math.max(sentMs, sinceMs), atMs: nowMs, by: 'probe' }, nowMs);
    return audited(withToken(record, proved), BY, `${WORKS}${result.reason}`, nowMs);
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
