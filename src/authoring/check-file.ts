import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { compileRules } from '../ruleset/compile-rules.ts';
import { hasErrors, sortFindings } from '../ruleset/findings/finding.ts';
import { type LoadOptions, loadFiles, readRulesFolder } from '../ruleset/load/load-rules.ts';
import type { CheckedFolder } from './check-folder.ts';
import { checkCauseExamples } from './examples/check-cause-examples.ts';
import { type CheckExamplesOptions, checkExamples } from './examples/check-examples.ts';
import { examplesOf } from './examples/example-case.ts';

/**
 * All that is wrong in one file of rules, its examples included. Its rules and causes are told against all others of a
 * folder, which it belongs to or is laid over; what is wrong in those is left out.
 *
 * @throws what reading the file throws
 */
export async function checkFile(
  file: string,
  folder: string,
  load: LoadOptions,
  options: CheckExamplesOptions = {},
): Promise<CheckedFolder> {
  const content = await readFile(file);
  const name = basename(file);
  const { files } = await readRulesFolder(folder);
  const others = files.filter((other) => basename(other.name) !== name);
  const loaded = loadFiles([...others, { name, file, content }], load);
  const findings = loaded.findings.filter((finding) => finding.file === file);
  const own = loaded.packs.filter(({ source }) => source.file === file);
  if (hasErrors(findings)) return { findings };
  const rules = compileRules(
    loaded.packs.map(({ pack }) => pack),
    undefined,
    load,
  );
  const cases = examplesOf(own);
  const dynamic = await checkExamples(cases, rules, options);
  const causes = checkCauseExamples(own, rules);
  return { findings: sortFindings([...findings, ...dynamic, ...causes]), packs: own, authored: { rules, cases } };
}
