import { catalogueOf } from '../../authoring/catalogue/catalogue.ts';
import type { RuleDetail } from '../../contracts/api/rules.ts';
import type { RuleWords } from '../../contracts/api/workbench.ts';
import { excerpt } from '../../decode/excerpt.ts';
import { type LoadOptions, loadFiles } from '../../ruleset/load/load-rules.ts';
import { RULE_WORD_VALUES } from './rule-words.ts';
import { asRulesFiles, type RulesTexts } from './rules-files.ts';

const EXAMPLE_MAX = 2_000;

/** All that the packs say of one cause, statement or rule; undefined when there is none of this name. */
export function describeRule(files: RulesTexts, key: string, load: LoadOptions): Omit<RuleDetail, 'entry'> | undefined {
  const { packs } = loadFiles(asRulesFiles(files), load);
  const entries = catalogueOf(packs.map(({ pack }) => pack)).flatMap((pack) => pack.entries);
  const found = entries.find(({ name }) => name === key);
  if (!found) return undefined;
  const shown = (texts: readonly string[]): string[] => texts.map((text) => excerpt(text, EXAMPLE_MAX));
  return {
    schema: 'knell.rule-detail/v1',
    facts: found.facts.map(([label, value]): [string, string] => [label, value]),
    match: shown(found.match),
    ignore: shown(found.ignore),
  };
}

/** What may stand in a rules file. */
export function ruleWords(files: RulesTexts, load: LoadOptions): RuleWords {
  const runtimes = [...(load.runtimes ?? [])].sort();
  const { keys, values } = RULE_WORD_VALUES;
  return {
    schema: 'knell.rule-words/v1',
    keys,
    values: { ...values, runtime: runtimes },
    files: Object.keys(files),
    runtimes,
  };
}
