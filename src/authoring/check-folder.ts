import { compileRules } from '../ruleset/compile-rules.ts';
import { type Finding, hasErrors, sortFindings } from '../ruleset/findings/finding.ts';
import type { SourcedPack } from '../ruleset/findings/rule-source.ts';
import { loadRules } from '../ruleset/load/load-rules.ts';
import { RUNTIME_FACTS } from '../ruleset/load/runtime-facts.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import { checkCauseExamples } from './examples/check-cause-examples.ts';
import { type CheckExamplesOptions, checkExamples } from './examples/check-examples.ts';
import { type ExampleCase, examplesOf } from './examples/example-case.ts';

/** A rules folder as its authors see it: the packs without overrides, and their examples. */
export interface AuthoredRules {
  readonly rules: RuleSet;
  readonly cases: readonly ExampleCase[];
}

export interface CheckedFolder {
  readonly findings: readonly Finding[];
  /** Absent when the files themselves have errors: then no example was run. */
  readonly authored?: AuthoredRules;
  /** The packs with their places in the files, where they could be read. */
  readonly packs?: readonly SourcedPack[];
}

/** Reads a rules folder for its authors. All findings come as a value; nothing is thrown. */
export async function openFolder(folder: string): Promise<CheckedFolder> {
  const { findings, packs } = await loadRules(folder, RUNTIME_FACTS);
  if (hasErrors(findings)) return { findings };
  const rules = compileRules(
    packs.map(({ pack }) => pack),
    undefined,
    { ...RUNTIME_FACTS, startsLight: true },
  );
  return { findings, packs, authored: { rules, cases: examplesOf(packs) } };
}

/** All that is wrong in a rules folder, its examples included. */
export async function checkFolder(folder: string, options: CheckExamplesOptions = {}): Promise<CheckedFolder> {
  const opened = await openFolder(folder);
  if (!opened.authored) return opened;
  const dynamic = await checkExamples(opened.authored.cases, opened.authored.rules, options);
  const causes = checkCauseExamples(opened.packs ?? [], opened.authored.rules);
  return { ...opened, findings: sortFindings([...opened.findings, ...dynamic, ...causes]) };
}
