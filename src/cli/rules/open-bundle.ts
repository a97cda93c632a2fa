import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { checkFolder } from '../../authoring/check-folder.ts';
import { readCorpus } from '../../authoring/corpus-item.ts';
import { evaluateItem, summarise } from '../../authoring/evaluate-corpus.ts';
import { type Archive, archiveOf, digestOf, type Refusal } from '../../bundles/archive.ts';
import { bundleOf } from '../../bundles/build-bundle.ts';
import { type LoadedBundle, loadBundle } from '../../bundles/load-bundle.ts';
import type { CorpusScore } from '../../contracts/rules-bundle.ts';
import { hasErrors } from '../../ruleset/findings/finding.ts';
import { renderFindings } from '../../ruleset/findings/render-findings.ts';
import { loadFiles, readRulesFolder } from '../../ruleset/load/load-rules.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import { UsageError } from '../../service/config.ts';
import { VERSION } from '../../service/version.ts';
import { loadOptions } from '../load-packs.ts';
import { readNamedFile } from '../read-file.ts';
import { useColour } from '../terminal/colour.ts';
import type { Progress } from '../terminal/progress.ts';

/** A bundle at hand: its bytes, and its rules ready for use. */
export interface OpenBundle extends Archive {
  readonly loaded: LoadedBundle;
}

/** A rules folder as a bundle, without running its examples: to look at. @throws {Error} with code `ERULES` */
export async function openFolderAsBundle(folder: string): Promise<OpenBundle> {
  const { files, findings: unread } = await readRulesFolder(folder);
  // What is wrong with a folder at hand is said in the words of its author's tools; a published bundle names places alone.
  const { ruleSet, findings } =
    unread.length > 0 ? { ruleSet: undefined, findings: unread } : loadFiles(files, loadOptions());
  if (!ruleSet) {
    const errors = findings.filter(({ level }) => level === 'error');
    throw rulesError(`the rules in ${folder} can't be used:\n${renderFindings(errors)}`);
  }
  return openBytes(archiveOf(bundleOf(files, VERSION, [])).bytes, folder);
}

/**
 * Makes a bundle of a rules folder in which nothing is wrong, its examples included.
 *
 * @param corpora labelled corpora to score it on
 * @param progress of the examples that are tried, and what comes after them
 * @throws {Error} with code `ERULES` and all findings when there is an error
 */
export async function buildBundle(folder: string, corpora: readonly string[], progress: Progress): Promise<OpenBundle> {
  const { findings } = await checkFolder(folder, { onProgress: progress.show });
  const { files, findings: unread } = await readRulesFolder(folder);
  // What can't be read at all is found by both.
  const all = new Map([...findings, ...unread].map((finding) => [JSON.stringify(finding), finding]));
  const errors = [...all.values()].filter(({ level }) => level === 'error');
  if (hasErrors(errors)) {
    throw rulesError(
      `the rules in ${folder} can't be used:\n${renderFindings(errors, { colour: useColour(process.stderr) })}`,
    );
  }
  progress.step('making the bundle');
  const plain = openBytes(archiveOf(bundleOf(files, VERSION, [])).bytes, folder);
  if (corpora.length === 0) return plain;
  const scores: CorpusScore[] = [];
  progress.step('scoring it on the corpora');
  for (const corpus of corpora) scores.push(await scoreOn(corpus, plain.loaded.ruleSet));
  return openBytes(archiveOf(bundleOf(files, VERSION, scores)).bytes, folder);
}

/** A bundle that stands in a file, or one made of a folder. @throws what `openFolder` throws, or {UsageError} */
export async function openLocal(
  path: string,
  openFolder: (folder: string) => Promise<OpenBundle>,
): Promise<OpenBundle> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new UsageError(`there is neither a rules folder nor a bundle at ${path}`);
  return found.isDirectory() ? openFolder(path) : openBytes(await readFile(path), path);
}

/** @throws {Error} with code `ERULES` when the bytes are no bundle that this knell can run */
export function openBytes(bytes: Buffer, from: string, digest = digestOf(bytes)): OpenBundle {
  const opened = loadBundle(bytes, digest, { ...loadOptions(), engine: VERSION });
  if ('refusals' in opened) throw rulesError(`the bundle ${from} can't be used:\n${renderRefusals(opened.refusals)}`);
  return { digest, bytes, loaded: opened.loaded };
}

export function renderRefusals(refusals: readonly Refusal[]): string {
  return refusals.map(({ code, message }) => `  ${code}: ${message}`).join('\n');
}

function rulesError(message: string): Error {
  return Object.assign(new Error(message), { code: 'ERULES' });
}

/** @throws {UsageError} when the file is no corpus */
async function scoreOn(corpus: string, rules: RuleSet): Promise<CorpusScore> {
  const bytes = await readNamedFile('corpus', corpus);
  const { items, problems } = readCorpus(bytes.toString('utf8'));
  if (problems.length > 0 || items.length === 0) throw new UsageError(`${corpus} is no labelled corpus`);
  const results = [];
  for (const item of items) results.push(await evaluateItem(item, rules));
  const { false_aborts, missed_aborts, category_accuracy } = summarise(results);
  const about = { corpus: basename(corpus), sha256: digestOf(bytes), items: items.length };
  return { ...about, false_aborts, missed_aborts, category_accuracy };
}
