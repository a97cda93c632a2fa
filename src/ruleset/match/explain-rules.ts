import type { StreamName } from '../../contracts/run.ts';
import type { DecodedEvent } from '../../decode/event.ts';
import { explainCondition } from '../explain-condition.ts';
import type { ConditionReport, RuleReport } from '../rule-set.ts';
import { createEventView, type EventView } from './event-view.ts';
import type { MatchableRule } from './matcher.ts';

/** Says of every rule that applies to a runtime why it hit an event, or what kept it from doing so. Pure. */
export type Explainer = (event: DecodedEvent, stream: StreamName) => RuleReport[];

/** Unlike matching it looks at every condition of every rule: it is for people, who wait. */
export function createExplainer(rules: readonly MatchableRule[]): Explainer {
  return (event, stream) => {
    const view = createEventView(event, stream);
    return rules.map((rule) => explainRule(rule, view));
  };
}

function explainRule({ rule, clauses, unless }: MatchableRule, view: EventView): RuleReport {
  let best: { clause: number; condition: number; report: ConditionReport } | undefined;
  for (const [clause, conditions] of clauses.entries()) {
    for (const [condition, compiled] of conditions.entries()) {
      const report = explainCondition(compiled, view);
      if (!best || isNearer(report, best.report)) best = { clause, condition, report };
    }
  }
  if (!best) throw new RangeError(`the rule ${rule.key} has no condition`);
  if (best.report.held === 'no') return { rule, outcome: 'no', ...best };
  const excludedBy = unless.findIndex((condition) => explainCondition(condition, view).held !== 'no');
  if (excludedBy !== -1) return { rule, outcome: 'excluded', ...best, excludedBy };
  return { rule, outcome: best.report.held === 'yes' ? 'hit' : 'unknown', ...best };
}

const RANK = { no: 0, unknown: 1, yes: 2 } as const;

function isNearer(one: ConditionReport, other: ConditionReport): boolean {
  if (one.held !== other.held) return RANK[one.held] > RANK[other.held];
  return one.passed > other.passed;
}
