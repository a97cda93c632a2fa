import type { Rule } from '../contracts/rule-pack.ts';

/** Whether a rule or cause is only tried: it decides beside those in force, and takes the place of none of them. */
export function isTried({ rule }: { readonly rule: Pick<Rule, 'status'> }): boolean {
  return rule.status === 'experimental';
}
