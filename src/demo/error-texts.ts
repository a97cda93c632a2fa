import type { Example } from '../contracts/rule-pack.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';

/** Every line that would make some rule fire if the right program said it: what a healthy agent may quote freely. */
export function errorTexts(rules: RuleSet): string[] {
  const lines = rules.rules.flatMap(({ rule }) => rule.examples.match.flatMap(linesOf));
  return [...new Set(lines.filter((line) => line.trim() !== ''))];
}

function linesOf(example: Example): string[] {
  return typeof example === 'string' ? example.split('\n') : [example.lines].flat();
}
