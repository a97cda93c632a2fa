import { constants, open, readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { RuleOverrides } from '../../contracts/rule-pack.ts';
import { systemErrorWords } from '../../contracts/system-error-words.ts';
import { type CheckOptions, checkPacks } from '../check/check-pack.ts';
import { type CompileOptions, compileRules } from '../compile-rules.ts';
import { type Finding, hasErrors, sortFindings } from '../findings/finding.ts';
import type { SourcedOverrides, SourcedPack } from '../findings/rule-source.ts';
import type { RuleSet } from '../rule-set.ts';
import { type CheckedPacks, findChecked } from './checked-packs.ts';
import { readOverrides, readPack } from './read-pack.ts';
import { MAX_FILE_BYTES } from './read-yaml.ts';

/** The one file of a rules folder that is no pack. */
export const OVERRIDES_FILE = 'overrides.yaml';

/** So many files of a folder are open at once, at most. */
const FILES_AT_ONCE = 64;

/** Where the packs of causes lie, inside the rules folder. */
const CAUSES_FOLDER = 'causes';

export interface LoadOptions extends CompileOptions, CheckOptions {
  /** Packs that `checkAhead` found right under the very same options. */
  readonly checked?: CheckedPacks | undefined;
}

export interface LoadedRules {
  /** Absent when a finding is an error. */
  readonly ruleSet?: RuleSet;
  readonly findings: readonly Finding[];
  /** The packs that could be read, with their places in the files, as they are without overrides. */
  readonly packs: readonly SourcedPack[];
  /** The overrides, where there are any and the rules can be used. */
  readonly overrides?: RuleOverrides;
}

/** A file of a rules folder: its name in findings, and its bytes. */
export interface RulesFile {
  /** In the folder, with `/` before what lies in `causes`. */
  readonly name: string;
  /** How findings name it. */
  readonly file: string;
  readonly content: Buffer;
}

/**
 * Reads, checks and compiles a rules folder: each `*.yaml` in it is a pack, in order of their names, but for
 * `overrides.yaml`. All findings come at once. A folder or file that can't be read is a finding too; nothing is thrown.
 */
export async function loadRules(folder: string, options: LoadOptions = {}): Promise<LoadedRules> {
  const { files, findings } = await readRulesFolder(folder);
  return loadFiles(files, options, findings);
}

/** The files of a rules folder in order, and what can't be read. Nothing is thrown. */
export async function readRulesFolder(folder: string): Promise<{ files: RulesFile[]; findings: Finding[] }> {
  const listed = await listFiles(folder);
  if ('finding' in listed) return { files: [], findings: [listed.finding] };
  const home = await realpath(folder).catch(() => folder);
  const files: RulesFile[] = [];
  const findings: Finding[] = [];
  for (let first = 0; first < listed.names.length; first += FILES_AT_ONCE) {
    const reads = listed.names.slice(first, first + FILES_AT_ONCE).map(async (name) => {
      const file = join(folder, name);
      return { name, file, content: await readContent(home, file) };
    });
    for (const { name, file, content } of await Promise.all(reads)) {
      if (Buffer.isBuffer(content)) files.push({ name: name.split(sep).join('/'), file, content });
      else findings.push(unreadable(file, content));
    }
  }
  return { files, findings };
}

/**
 * Checks and compiles the files of a rules folder, wherever they come from. Pure.
 *
 * @param before findings that there are already; an error among them keeps the files from being used
 */
export function loadFiles(
  files: readonly RulesFile[],
  options: LoadOptions = {},
  before: readonly Finding[] = [],
): LoadedRules {
  const findings: Finding[] = [...before];
  const packs: SourcedPack[] = [];
  let overrides: SourcedOverrides | undefined;
  for (const { name, file, content } of files) {
    if (name === OVERRIDES_FILE) {
      const read = readOverrides(file, content);
      findings.push(...read.findings);
      if (read.overrides) overrides = { overrides: read.overrides, source: read.source };
      continue;
    }
    const known = options.checked && findChecked(options.checked, { file, content });
    if (known) {
      packs.push(known);
      continue;
    }
    const read = readPack(file, content);
    findings.push(...read.findings);
    if (read.pack) packs.push({ pack: read.pack, source: read.source });
  }
  // What overrides name may be in a pack that could not be read.
  const allRead = !hasErrors(findings);
  if (files.length > 0) findings.push(...checkPacks(packs, allRead ? overrides : undefined, options));
  const sorted = sortFindings(findings);
  if (hasErrors(sorted)) return { findings: sorted, packs };
  const ruleSet = compileRules(
    packs.map(({ pack }) => pack),
    overrides?.overrides,
    options,
  );
  return { ruleSet, findings: sorted, packs, ...(overrides && { overrides: overrides.overrides }) };
}

async function listFiles(folder: string): Promise<{ names: string[] } | { finding: Finding }> {
  const place = { level: 'error' as const, file: folder, line: 1, column: 1 };
  try {
    const names = (await readdir(folder, { withFileTypes: true }))
      .filter(({ name }) => name.endsWith('.yaml') && !name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
    // Causes have a folder of their own, since they belong to no runtime.
    const causes = await readdir(join(folder, CAUSES_FOLDER)).catch(() => []);
    for (const name of causes.sort()) if (name.endsWith('.yaml')) names.push(join(CAUSES_FOLDER, name));
    if (names.some((name) => name !== OVERRIDES_FILE)) return { names };
    const hint = 'Name a folder with at least one pack, a file that ends in .yaml.';
    return { finding: { ...place, code: 'folder-empty', message: 'There are no rules in the folder.', hint } };
  } catch (error) {
    const hint = 'Name a folder that can be read, with --rules or KNELL_RULES.';
    const isFile = (error as NodeJS.ErrnoException).code === 'ENOTDIR';
    const message = `The rules folder can't be read: ${isFile ? 'it is a file' : systemErrorWords(error)}.`;
    return { finding: { ...place, code: 'folder-unreadable', message, hint } };
  }
}

/**
 * The file's bytes, or why there are none. Of a file over the limit only that it is: reading refuses it anyway.
 *
 * @param home where the rules folder really lies
 */
async function readContent(home: string, file: string): Promise<Buffer | string> {
  try {
    // A link may stay inside the folder, as Kubernetes makes them; one that leads out would show what knell may read.
    const real = await realpath(file);
    if (!real.startsWith(home + sep)) return 'it is a link out of the folder';
    // Not blocking: a named pipe in the folder must not hold knell up.
    const handle = await open(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) return 'it is not a file';
      return stat.size > MAX_FILE_BYTES ? Buffer.alloc(MAX_FILE_BYTES + 1) : await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    return systemErrorWords(error);
  }
}

function unreadable(file: string, reason: string): Finding {
  const message = `The file can't be read: ${reason}.`;
  const hint = 'Make it readable, or take it out of the rules folder.';
  return { code: 'file-unreadable', level: 'error', file, line: 1, column: 1, message, hint };
}
