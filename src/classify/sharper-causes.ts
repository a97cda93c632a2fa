import type { Category, Grade } from '../contracts/categories.ts';
import type { RunState, VerdictState } from '../contracts/run-state.ts';

/**
 * What a cause may turn out to be more exactly, once more of the run's words are read. A verdict is never renamed to
 * anything else: two causes that merely follow each other are two failures, and the first one ended the run.
 */
export const SHARPER: Partial<Record<Category, readonly Category[]>> = {
  // A bare 401 names no reason. The words beside it do.
  'auth.invalid_credentials': [
    'auth.token_expired',
    'auth.token_revoked',
    'auth.not_logged_in',
    'auth.forbidden',
    'billing.credit_exhausted',
  ],
  'auth.not_logged_in': ['auth.token_expired', 'auth.token_revoked'],
  'auth.forbidden': ['auth.token_expired', 'auth.token_revoked', 'billing.credit_exhausted'],
  // A 429 may be a pace, a plan's window or an empty account.
  'rate_limit.429': ['quota.usage_limit', 'billing.credit_exhausted'],
  'quota.usage_limit': ['billing.credit_exhausted'],
  'provider.server_error': ['provider.overloaded'],
  'network.connection': ['network.dns'],
  'runtime.crash': ['runtime.oom', 'runtime.disk_full', 'runtime.missing_binary'],
};

const GRADE_RANK: Record<Grade, number> = { typed: 2, stated: 1, mixed: 0 };

/** Whether a later finding names a verdict's cause more exactly, on evidence that is as good. */
export function isSharper(verdict: VerdictState, category: Category | undefined, grade: Grade): category is Category {
  if (category === undefined || GRADE_RANK[grade] < GRADE_RANK[verdict.record.grade]) return false;
  return isSharperCategory(verdict.category, category);
}

/** Whether one category names another's cause more exactly. */
export function isSharperCategory(known: Category, category: Category): boolean {
  return SHARPER[known]?.includes(category) === true;
}

/**
 * How long after its command a run that was refused with a 401 may still name the reason, in milliseconds. Measured with
 * Claude Code 2.1.197 and 2.1.332 on an expired OAuth token: the second `api_retry` that says 401 comes 1.2 s before the
 * `result` that names the expiry, and nothing in the retries distinguishes the two.
 */
export const SAME_BREATH_MS = 3_000;

/** What such a run may say in that time: why its own credential was refused. Any other cause is an echo, or another failure. */
const REASONS: ReadonlySet<Category> = new Set<Category>(['auth.token_expired', 'auth.token_revoked']);

/** Whether a cause that was printed after the command may still name the verdict. */
export function isReasonOf(known: Category, category: Category | undefined): boolean {
  return known === 'auth.invalid_credentials' && category !== undefined && REASONS.has(category);
}

/** How long the host lets such a run speak before it carries the command out, in milliseconds: less than {@link SAME_BREATH_MS}. */
export const LAST_WORDS_MS = 2_000;

/**
 * Whether the run may still print why its credential was refused: on typed evidence, without a reason so far, and with an
 * OAuth token. With an API key clients retry for minutes and print no reason.
 */
export function mayStillSayWhy({ category, grade }: { category: Category; grade: Grade }, state: RunState): boolean {
  return category === 'auth.invalid_credentials' && grade === 'typed' && state.credential?.kind === 'oauth';
}

/**
 * Whether a line was stored after knell's own command to end the run. What a client prints while it is being ended
 * (`error_during_execution`, `aborted_streaming`, a broken pipe) is an echo of the command and says nothing about the
 * cause. A run whose credential was refused has {@link SAME_BREATH_MS} to name the reason, unless it uses an API key.
 *
 * @param atMs when the line was stored, epoch milliseconds
 */
export function isEcho({ verdict, credential }: RunState, atMs: number): boolean {
  if (verdict?.command_id === undefined || atMs <= verdict.issued_ms) return false;
  const isBreath = verdict.record.category === 'auth.invalid_credentials' && credential?.kind !== 'api_key';
  return !isBreath || atMs > verdict.issued_ms + SAME_BREATH_MS;
}
