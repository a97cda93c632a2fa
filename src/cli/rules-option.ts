import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Option } from 'commander';
import { type LoadOptions, loadRules } from '../ruleset/load-rules.ts';
import { renderFindings } from '../ruleset/render-findings.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import { RUNTIME_FACTS } from '../ruleset/runtime-facts.ts';
import { useColour } from './colour.ts';

/** What the rules have to know of the decoders. */
export function loadOptions(): LoadOptions {
  return RUNTIME_FACTS;
}

/** The packs that come with knell. */
export const SHIPPED_RULES = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'rules');

/** Which rules folder: the flag, else `KNELL_RULES`, else `rules` here, else the packs that come with knell. */
export function rulesOption(): Option {
  return new Option('--rules <folder>', 'folder with the rules files').env('KNELL_RULES');
}

export function rulesFolder(given: string | undefined): string {
  return given ?? process.env.KNELL_RULES ?? (existsSync('rules') ? 'rules' : SHIPPED_RULES);
}

/**
 * The rules of a folder, all of them in order.
 * @throws {Error} with code `ERULES` that shows every finding, when there is an error among them
 */
export async function rulesFrom(given: string | undefined): Promise<RuleSet> {
  const folder = rulesFolder(given);
  const { ruleSet, findings } = await loadRules(folder, loadOptions());
  if (ruleSet) return ruleSet;
  const errors = findings.filter((finding) => finding.level === 'error');
  throw Object.assign(
    new Error(
      `the rules in ${folder} can't be used:\n${renderFindings(errors, { colour: useColour(process.stderr) })}`,
    ),
    { code: 'ERULES' },
  );
}
