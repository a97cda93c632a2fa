import { type LoadedRules, loadRules } from '../../src/ruleset/load/load-rules.ts';
import { RUNTIME_FACTS } from '../../src/ruleset/load/runtime-facts.ts';
import type { RuleSet } from '../../src/ruleset/rule-set.ts';

let loaded: Promise<LoadedRules & { readonly ruleSet: RuleSet }> | undefined;

/** The packs that come with knell, read and compiled once for all test files of a process. */
export function shippedRules(): Promise<LoadedRules & { readonly ruleSet: RuleSet }> {
  loaded ??= loadRules('rules', RUNTIME_FACTS).then((rules) => {
    const { ruleSet } = rules;
    if (!ruleSet) throw new Error('the shipped packs do not load');
    return { ...rules, ruleSet };
  });
  return loaded;
}
