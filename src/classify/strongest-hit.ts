import type { Grade } from '../contracts/categories.ts';
import type { RuleAction } from '../contracts/rule-pack.ts';
import { isTried } from '../ruleset/is-tried.ts';
import { type ConditionHit, isCause } from '../ruleset/rule-set.ts';

const ACTION_RANK: Record<RuleAction, number> = { abort: 3, warn: 2, record: 1, notice: 0 };
const GRADE_RANK: Record<Grade, number> = { typed: 2, stated: 1, mixed: 0 };

/**
 * Which of the rules that hold on one line decides: a pack's own rule before a cause, the highest precedence,
 * then the sterner action, the better grade, and last the key by its code units, so that neither the order of files nor the language of the machine matters.
 */
export function strongestHit(hits: readonly ConditionHit[]): ConditionHit | undefined {
  return [...hits].sort(
    (a, b) =>
      Number(isCause(a.rule)) - Number(isCause(b.rule)) ||
      b.rule.rule.precedence - a.rule.rule.precedence ||
      ACTION_RANK[b.action ?? b.rule.rule.action] - ACTION_RANK[a.action ?? a.rule.rule.action] ||
      GRADE_RANK[b.grade] - GRADE_RANK[a.grade] ||
      Number(a.rule.key > b.rule.key) - Number(a.rule.key < b.rule.key),
  )[0];
}

/** Who decides on a line: of the rules in force the strongest, and beside it an experimental one that would take its place. */
export function speakersOf(hits: readonly ConditionHit[]): {
  readonly inForce: ConditionHit | undefined;
  readonly tried: ConditionHit | undefined;
} {
  const strongest = strongestHit(hits);
  if (!strongest || !isTried(strongest.rule)) return { inForce: strongest, tried: undefined };
  return { inForce: strongestHit(hits.filter(({ rule }) => !isTried(rule))), tried: strongest };
}
