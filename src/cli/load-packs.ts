import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderFindings } from '../ruleset/findings/render-findings.ts';
import { type CheckedPacks, checkAhead } from '../ruleset/load/checked-packs.ts';
import { type LoadOptions, loadRules } from '../ruleset/load/load-rules.ts';
import { RUNTIME_FACTS } from '../ruleset/load/runtime-facts.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import { PACKAGE_ROOT } from '../service/package-root.ts';
import { SHIPPED_RULES } from './rules-option.ts';
import { useColour } from './terminal/colour.ts';

const HERE = fileURLToPath(import.meta.url);
/** The shipped packs as `setup.js` found them right when it built knell. */
const CHECKED_PACKS = join(PACKAGE_ROOT, 'dist', 'checked-packs.json');

/** What the rules have to know of the decoders, and which of them need no checking any more. */
export function loadOptions(): LoadOptions {
  return { ...RUNTIME_FACTS, checked: readCheckedPacks(), startsLight: true };
}

let checked: CheckedPacks | undefined;

/** Of the same build, which writes all of `dist` at once. Where knell runs from its sources they are checked here, once. */
function readCheckedPacks(): CheckedPacks | undefined {
  try {
    checked ??= HERE.endsWith('.ts')
      ? checkAhead(shippedFiles(), RUNTIME_FACTS)
      : (JSON.parse(readFileSync(CHECKED_PACKS, 'utf8')) as CheckedPacks);
  } catch {
    // Then packs are read and checked as any others.
  }
  return checked;
}

function shippedFiles(): { file: string; content: Buffer }[] {
  const names = readdirSync(SHIPPED_RULES, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.yaml'))
    .map((file) => ({ file, content: readFileSync(join(SHIPPED_RULES, file)) }));
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
