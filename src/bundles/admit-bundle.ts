import type { RulePack } from '../contracts/rule-pack.ts';
import type { RulesPointer } from '../contracts/rules-pointer.ts';
import type { Refusal } from './archive.ts';
import { compareVersions } from './versions.ts';

/** How many things that are gone are named. */
const MAX_NAMED = 10;

/**
 * Why a bundle may not follow another one: it has an older pack, or lacks what the other one has, and its pointer does
 * not say that this is meant. Pure.
 *
 * @param pointer what names the bundle
 * @param packs the bundle's
 * @param before the packs of the bundle that it follows
 */
export function obstaclesTo(
  { action, allow_removals: removals }: Pick<RulesPointer, 'action' | 'allow_removals'>,
  packs: readonly RulePack[],
  before: readonly RulePack[],
): Refusal[] {
  // The signed word of a person who goes back on purpose.
  if (action === 'rollback' || action === 'pin' || action === 'release') return [];
  const obstacles: Refusal[] = [];
  for (const old of before) {
    const found = packs.find(({ pack }) => pack === old.pack);
    if (found && compareVersions(found.version, old.version) < 0) {
      const message = `The pack ${old.pack} is ${found.version}, older than ${old.version} in force: "knell rules rollback" goes back on purpose.`;
      obstacles.push({ code: 'bundle-older', message });
    }
  }
  const names = new Set(packs.flatMap(namesIn));
  const gone = before.flatMap(namesIn).filter((name) => !names.has(name));
  if (gone.length > 0 && !removals) {
    const more = gone.length > MAX_NAMED ? ` and ${gone.length - MAX_NAMED} more` : '';
    const message = `The bundle lacks ${gone.slice(0, MAX_NAMED).join(', ')}${more}: publish it with --allow-removals if that is meant.`;
    obstacles.push({ code: 'bundle-smaller', message });
  }
  return obstacles;
}

/**
 * Why what is published first may not take the place of a folder's rules: it lacks whole packs, so that runs of their
 * runtimes would no longer be looked at, and its pointer does not say that this is meant. Pure.
 */
export function obstaclesToFirst(
  { action, allow_removals: removals }: Pick<RulesPointer, 'action' | 'allow_removals'>,
  packs: readonly { readonly pack: string }[],
  folder: readonly { readonly pack: string }[],
): Refusal[] {
  const gone = packsGone(packs, folder);
  if (gone.length === 0 || removals || action === 'pin') return [];
  const message = `The bundle lacks ${gone.join(', ')}, which the rules folder of a worker has: publish it with --allow-removals if that is meant.`;
  return [{ code: 'bundle-smaller', message }];
}

/** The names of the packs that `before` has and `packs` has not. */
export function packsGone(
  packs: readonly { readonly pack: string }[],
  before: readonly { readonly pack: string }[],
): string[] {
  return before.map(({ pack }) => pack).filter((name) => !packs.some(({ pack }) => pack === name));
}

/** What a pack has that may not go away unsaid. */
function namesIn({ pack, rules, causes, signals }: RulePack): string[] {
  return [pack, ...[...rules, ...causes, ...signals].map(({ id }) => `${pack}/${id}`)];
}
