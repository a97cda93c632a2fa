import type { WorkerRules } from '../contracts/worker-rules.ts';
import { obstaclesTo, obstaclesToFirst } from './admit-bundle.ts';
import { type Refusal, short } from './archive.ts';
import { diffRules } from './diff-rules.ts';
import type { LoadedBundle } from './load-bundle.ts';

/**
 * Why rules may not be the first that are published: the workers that live now would refuse them.
 *
 * @param workers what they say of the rules they run
 */
export function obstaclesToFirstPublishing(
  loaded: LoadedBundle,
  workers: readonly Pick<WorkerRules, 'packs'>[],
  allowRemovals: true | undefined,
): Refusal[] {
  const meant = { action: 'publish', ...(allowRemovals && { allow_removals: true as const }) } as const;
  const names = new Set(workers.flatMap(({ packs = [] }) => packs));
  return obstaclesToFirst(
    meant,
    loaded.packs,
    [...names].sort().map((pack) => ({ pack })),
  );
}

/** Why rules may not become active after others: what workers would refuse, and what only the publisher can see. */
export function obstaclesToPublishing(
  loaded: LoadedBundle,
  active: LoadedBundle,
  allowRemovals: true | undefined,
): Refusal[] {
  const meant = { action: 'publish', ...(allowRemovals && { allow_removals: true as const }) } as const;
  const found = obstaclesTo(meant, loaded.packs, active.packs);
  for (const { pack, from, to, step, wanted, is_enough } of diffRules(active, loaded).packs) {
    if (is_enough || found.some(({ code }) => code === 'bundle-older')) continue;
    const message = `The pack ${pack} goes from ${from} to ${to}, ${step === 'none' ? 'no step' : `a ${step} step`}; its changes ask for a ${wanted} one: see "knell rules diff active <these>".`;
    found.push({ code: 'version-step-too-small', message });
  }
  for (const { corpus, sha256, false_aborts } of loaded.bundle.scores) {
    const before = active.bundle.scores.find((score) => score.sha256 === sha256)?.false_aborts;
    if (before === undefined || false_aborts <= before) continue;
    const message = `${false_aborts} false aborts on ${corpus}, and ${before} with the active rules ${short(active.digest)}.`;
    found.push({ code: 'more-false-aborts', message });
  }
  return found;
}
