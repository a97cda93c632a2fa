import { expect, it } from 'vitest';
import { mayGoOn } from '../../src/classify/may-go-on.ts';
import type { Category } from '../../src/contracts/categories.ts';
import type { GoesOn } from '../../src/contracts/log-headers.ts';

it.each<[GoesOn | undefined, Category | undefined, boolean]>([
  ['turns', 'limit.turns', true],
  ['turns', 'limit.budget', true],
  ['turns', 'context.too_long', true],
  ['turns', 'policy.refusal', true],
  ['turns', 'run.no_effect', true],
  ['turns', 'provider.overloaded', true],
  ['turns', 'auth.token_expired', false],
  ['turns', 'billing.credit_exhausted', false],
  ['turns', 'quota.usage_limit', false],
  ['turns', 'model.not_found', false],
  ['turns', 'run.loop', false],
  ['commands', 'auth.token_expired', true],
  ['commands', 'limit.turns', true],
  ['commands', 'run.endless_retry', false],
  ['commands', undefined, false],
  [undefined, 'limit.turns', false],
])('a run that may still do %s goes on behind %s: %s', (goes_on, category, is) => {
  expect(mayGoOn({ ...(goes_on && { goes_on }) }, category)).toBe(is ? goes_on : undefined);
});
