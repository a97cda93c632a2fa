import type { Rule, Signal } from '../contracts/rule-pack.ts';
import { conditionNeedles } from './condition-needles.ts';
import type { Say } from './findings/report.ts';
import type { SourcePath } from './findings/rule-source.ts';
import { conditionsOfRule, type PlacedCondition } from './walk-rule.ts';

/**
 * Says where a condition has nothing that could be looked for in raw output. One such condition is enough for every line
 * of every run to be decoded. Exclusions and recoveries matter only to runs on which the rule has hit.
 */
export function checkRuleLiterals(rule: Rule, path: SourcePath, say: Say): void {
  for (const placed of conditionsOfRule(rule, path).match) checkLiterals(placed, say);
}

/** The same for a signal. */
export function checkSignalLiterals(signal: Signal, path: SourcePath, say: Say): void {
  for (const [i, condition] of signal.match.entries()) checkLiterals({ condition, path: [...path, 'match', i] }, say);
}

function checkLiterals({ condition, path }: PlacedCondition, say: Say): void {
  if (conditionNeedles(condition)) return;
  say({
    code: 'no-literal',
    level: 'warning',
    path,
    message: 'There is no word that every line with this must contain, so every line of every run is decoded for it.',
    hint: 'Name the event, ask for a field, or write out two characters or more in each choice of the pattern.',
  });
}
