import type { Rule, RuleOverrides } from '../contracts/rule-pack.ts';

export type RuleOverride = RuleOverrides['rules'][string];

/**
 * The rule as a deployment wants it; the rule of the pack stays as it is. `quiet` makes every clause wait,
 * but for those that already wait for the exit, which is stricter.
 */
export function overrideRule(rule: Rule, override: RuleOverride | undefined): Rule {
  if (!override) return rule;
  const { status, action, severity, next, quiet } = override;
  return {
    ...rule,
    ...(status !== undefined && { status }),
    ...(action !== undefined && { action }),
    ...(severity !== undefined && { severity }),
    ...(next !== undefined && { next }),
    ...(quiet !== undefined && { match: rule.match.map((clause) => (clause.exit ? clause : { ...clause, quiet })) }),
  };
}

/** Whether a rule takes part: it is not disabled, and no other rule has taken its place. */
export function isInForce(rule: Rule, override: RuleOverride | undefined): boolean {
  if (override?.disabled === true) return false;
  // A deprecated rule without a successor still knows what older versions print.
  return !(rule.status === 'deprecated' && rule.replaced_by !== undefined);
}
