import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type CheckedFolder, checkFolder, openFolder } from '../../src/authoring/check-folder.ts';
import { rawPack } from '../ruleset/build.ts';

/** Checks a folder with one pack of these rules. */
export async function checkRules(
  rules: readonly Record<string, unknown>[],
  changes: Record<string, unknown> = {},
): Promise<CheckedFolder> {
  return withFolder({ 'test.yaml': stringify(rawPack(rules, changes), { aliasDuplicateObjects: false }) }, checkFolder);
}

/** Opens such a folder without running its examples. */
export async function openRules(
  rules: readonly Record<string, unknown>[],
  changes: Record<string, unknown> = {},
): Promise<CheckedFolder> {
  return withFolder({ 'test.yaml': stringify(rawPack(rules, changes), { aliasDuplicateObjects: false }) }, openFolder);
}

/** Does something with a folder of these files, which is gone afterwards. */
export async function withFolder<T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'knell-rules-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
