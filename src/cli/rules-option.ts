import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Option } from 'commander';
import { renderFindings } from '../ruleset/findings/render-findings.ts';
import type { CheckedPacks } from '../ruleset/load/checked-packs.ts';
import { type LoadOptions, loadRules } from '../ruleset/load/load-rules.ts';
import { RUNTIME_FACTS } from '../ruleset/load/runtime-facts.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import { useColour } from './terminal/colour.ts';

const HERE = fileURLToPath(import.meta.url);
/** The packs that come with knell. */
export const SHIPPED_RULES = join(dirname(HERE), '..', '..', 'rules');
/** Those packs as `setup.js` found them right when it built knell. */
const CHECKED_PACKS = join(dirname(HERE), '..', 'checked-packs.json');

/** What the rules have to know of the decoders, and which of them need no checking any more. */
export function loadOptions(): LoadOptions {
  return { ...RUNTIME_FACTS, checked: readCheckedPacks() };
}

/** Nothing where knell runs from its sources, or has been compiled since: then the packs are read and checked as any others. */
function readCheckedPacks(): CheckedPacks | undefined {
  try {
    if (statSync(CHECKED_PACKS).mtimeMs < statSync(HERE).mtimeMs) return undefined;
    return JSON.parse(readFileSync(CHECKED_PACKS, 'utf8')) as CheckedPacks;
  } catch {
    return undefined;
  }
}

/** Which rules folder; what holds where none is given is the command's own. */
export function rulesOption(): Option {
  return new Option('--rules <folder>', 'folder with the rules files').env('KNELL_RULES');
}

/**
 * The folder for whoever works on rules, or runs the service with them: the one given, else `rules` here, else the packs
 * that come with knell.
 */
export function rulesFolder(given: string | undefined): string {
  return given ?? (existsSync('rules') ? 'rules' : SHIPPED_RULES);
}

/**
 * The rules of a folder, all of them in order; where none is given, the packs that come with knell. Who runs an agent or
 * reads a log does so in any repository, and what lies there in `rules` may be anything, or an attacker's.
 *
 * @throws {Error} with code `ERULES` that shows every finding, when there is an error among them
 */
export async function rulesFrom(folder: string = SHIPPED_RULES): Promise<RuleSet> {
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
