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
 * Reads one file of rules together with all others of a folder, which it belongs to or is laid over. What is wrong in those is
 * left out, and so are their examples.
 *
 * @throws what reading the file throws
 */
export async function openFile(file: string, folder: string, load: LoadOptions): Promise<CheckedFolder> {
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
  return { findings, packs: own, authored: { rules, cases: examplesOf(own) } };
}

/** All that is wrong in one file of rules as {@link openFile} reads it, its examples included. @throws what reading it throws */
export async function checkFile(
  file: string,
  folder: string,
  load: LoadOptions,
  options: CheckExamplesOptions = {},
): Promise<CheckedFolder> {
  const opened = await openFile(file, folder, load);
  if (!opened.authored) return opened;
  const { cases, rules } = opened.authored;
  const dynamic = await checkExamples(cases, rules, options);
  const causes = checkCauseExamples(opened.packs ?? [], rules);
  return { ...opened, findings: sortFindings([...opened.findings, ...dynamic, ...causes]) };
}
