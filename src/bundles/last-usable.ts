import type { RulesPointer } from '../contracts/rules-pointer.ts';

/**
 * The bundle that workers run now as far as the past of `active` shows: the newest one that can be used. What was
 * published broken is refused by all of them.
 *
 * @param past the moves of `active`, oldest first
 * @param open makes a bundle ready by its digest; undefined where it is gone or this knell can't run it
 */
export async function lastUsable<T>(
  past: readonly RulesPointer[],
  open: (digest: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  const digests = past.flatMap(({ digest }) => digest ?? []);
  for (const digest of new Set(digests.toReversed())) {
    const opened = await open(digest);
    if (opened) return opened;
  }
  return undefined;
}
