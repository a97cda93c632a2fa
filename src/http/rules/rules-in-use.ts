import { openArchive } from '../../bundles/archive.ts';
import { lastUsable } from '../../bundles/last-usable.ts';
import { type LoadedBundle, loadBundle } from '../../bundles/load-bundle.ts';
import { type PointerPast, readPast } from '../../bundles/read-past.ts';
import type { PointerName } from '../../contracts/rules-pointer.ts';
import { readRulesFolder } from '../../ruleset/load/load-rules.ts';
import type { ApiWorld } from '../api/api-world.ts';
import type { RulesTexts } from '../workbench/rules-files.ts';

type RulesWorld = Pick<ApiWorld, 'rules' | 'rulesStores' | 'rulesFolder' | 'load' | 'rulesSigning'>;

/** The files of the rules in force on this worker: of the bundle that its digest names, else of its folder. */
export async function filesInForce({ rules, rulesStores, rulesFolder }: RulesWorld): Promise<RulesTexts> {
  const stores = await rulesStores();
  const { digest } = rules();
  const bytes = await stores.bundles.get(digest).catch(() => undefined);
  const opened = bytes && openArchive(bytes, digest);
  if (opened && 'bundle' in opened) return opened.bundle.files;
  const { files } = rulesFolder === undefined ? { files: [] } : await readRulesFolder(rulesFolder);
  return Object.fromEntries(files.map(({ name, content }) => [name, content.toString('utf8')]));
}

/** A published bundle, ready for use; undefined where it is gone or this knell can't run it. */
export async function loadPublished(
  { rulesStores, load }: RulesWorld,
  digest: string,
): Promise<LoadedBundle | undefined> {
  const bytes = await (await rulesStores()).bundles.get(digest);
  const opened = bytes && loadBundle(bytes, digest, load);
  return opened && 'loaded' in opened ? opened.loaded : undefined;
}

/** The digest that a pointer names now. */
export async function digestOfPointer({ rulesStores }: RulesWorld, name: PointerName): Promise<string | undefined> {
  return (await (await rulesStores()).pointers.get(name))?.pointer?.digest;
}

/** The past of `active`, as far as this service may go by it. */
export async function activePast({ rulesStores, rulesSigning }: RulesWorld): Promise<PointerPast> {
  return readPast(await (await rulesStores()).pointers.history('active'), rulesSigning?.trusted);
}

/** The bundle that workers run now, as far as the past of `active` shows. */
export async function lastPublished(world: RulesWorld): Promise<LoadedBundle | undefined> {
  return lastUsable((await activePast(world)).moves, (digest) => loadPublished(world, digest));
}
