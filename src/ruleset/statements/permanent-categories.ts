import type { Category } from '../../contracts/categories.ts';

/**
 * Categories that a retry can't mend. A typed event of one of them ends a run at once, and a client that retries it is
 * ended at its second try; all others are left to the client until it says that it has given up.
 */
export const PERMANENT: ReadonlySet<Category> = new Set<Category>([
  'auth.token_expired',
  'auth.token_revoked',
  'auth.invalid_credentials',
  'auth.not_logged_in',
  'auth.forbidden',
  'billing.credit_exhausted',
  'quota.usage_limit',
  'model.not_found',
  'config.invalid',
  'context.too_long',
  'policy.refusal',
  'limit.turns',
  'limit.budget',
]);
