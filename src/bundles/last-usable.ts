import type { PointerStore } from './ports.ts';

/**
 * The bundle that workers run now as far as the past of `active` shows: the newest one that can be used. What was
 * published broken is refused by all of them.
 *
 * @param open makes a bundle ready by its digest; undefined where it is gone or this knell can't run it
 */
export async function lastUsable<T>(
  pointers: PointerStore,
  open: (digest: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  const past = (await pointers.history('active')).flatMap(({ digest }) => digest ?? []);
  for (const digest of new Set(past.toReversed())) {
    const opened = await open(digest);
    if (opened) return opened;
  }
  return undefined;
}
