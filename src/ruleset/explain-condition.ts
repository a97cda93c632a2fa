import type { CompiledCondition } from './match/compile-condition.ts';
import type { EventView } from './match/event-view.ts';
import type { ConditionReport } from './rule-set.ts';

/**
 * How far a condition got on an event: it walks the very steps that matching walks, and says which was the first that
 * did not hold.
 */
export function explainCondition(condition: CompiledCondition, view: EventView): ConditionReport {
  const { steps } = condition;
  let untested: ConditionReport['failed'];
  for (const [passed, step] of steps.entries()) {
    const { held } = step.test(view);
    if (held === 'yes') continue;
    const failed = { part: step.part, wanted: step.wanted, found: step.found(view) };
    if (held === 'no') return { held: 'no', passed, steps: steps.length, failed };
    untested ??= failed;
  }
  if (untested) return { held: 'unknown', passed: steps.length - 1, steps: steps.length, failed: untested };
  return { held: 'yes', passed: steps.length, steps: steps.length };
}
