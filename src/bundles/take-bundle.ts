import type { RulePack } from '../contracts/rule-pack.ts';
import type { RulesPointer } from '../contracts/rules-pointer.ts';
import { obstaclesTo } from './admit-bundle.ts';
import { digestOf, type Refusal, short } from './archive.ts';
import { type LoadBundleOptions, type LoadedBundle, loadBundle } from './load-bundle.ts';
import type { BundleStore } from './ports.ts';

/** How many bundles stay compiled: enough to go back and forth at once, and bounded. */
const KEPT = 4;

/** A bundle that may be used, or why not. */
export type Taken =
  | { readonly loaded: LoadedBundle; readonly bytes: Buffer }
  | { readonly refusals: readonly Refusal[] /** It may be there later. */; readonly comesLater?: true };

/** Takes bundles from the store, whole or not at all. */
export interface BundleTaker {
  /**
   * Reads, verifies and compiles what a pointer names, and asks whether it may follow what was before.
   *
   * @param inForce the packs in force, where they were published
   * @throws what the store throws when it does not answer
   */
  take(pointer: RulesPointer, inForce: readonly RulePack[]): Promise<Taken>;
  /**
   * Reads, verifies and compiles a bundle that is only to be tried, whatever it lacks.
   *
   * @throws what the store throws when it does not answer
   */
  fetch(digest: string): Promise<Taken>;
  /** Verifies and compiles bytes that are at hand. */
  open(bytes: Uint8Array, digest: string): { loaded: LoadedBundle } | { refusals: readonly Refusal[] };
}

export function createBundleTaker(bundles: Pick<BundleStore, 'get'>, load: LoadBundleOptions): BundleTaker {
  const kept = new Map<string, LoadedBundle>();

  /** The bytes are verified each time; only reading and compiling the same ones again is saved. */
  function open(bytes: Uint8Array, digest: string) {
    const known = digestOf(bytes) === digest ? kept.get(digest) : undefined;
    const opened = known ? { loaded: known } : loadBundle(bytes, digest, load);
    if ('loaded' in opened) {
      kept.delete(digest);
      kept.set(digest, opened.loaded);
      if (kept.size > KEPT) kept.delete(kept.keys().next().value as string);
    }
    return opened;
  }

  async function packsOf(digest: string): Promise<readonly RulePack[] | undefined> {
    const known = kept.get(digest);
    if (known) return known.packs;
    const bytes = await bundles.get(digest);
    const opened = bytes && open(bytes, digest);
    return opened && 'loaded' in opened ? opened.loaded.packs : undefined;
  }

  async function fetch(digest: string): Promise<Taken> {
    const bytes = await bundles.get(digest);
    if (!bytes) {
      const message = `The bundle ${short(digest)} is not in the object store.`;
      return { refusals: [{ code: 'bundle-missing', message }], comesLater: true };
    }
    const opened = open(bytes, digest);
    return 'loaded' in opened ? { loaded: opened.loaded, bytes } : opened;
  }

  return {
    open,
    fetch,
    async take(pointer, inForce) {
      const { digest, previous } = pointer;
      if (digest === undefined) {
        return { refusals: [{ code: 'pointer-empty', message: `The pointer "${pointer.name}" names no bundle.` }] };
      }
      const taken = await fetch(digest);
      if ('refusals' in taken) return taken;
      // A worker that was away has not seen all that was published since: what counts is what the publisher followed.
      const before = previous === undefined ? undefined : await packsOf(previous);
      const obstacles = obstaclesTo(pointer, taken.loaded.packs, before ?? inForce);
      return obstacles.length > 0 ? { refusals: obstacles } : taken;
    },
  };
}
