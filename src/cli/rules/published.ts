import { userInfo } from 'node:os';
import { lastUsable } from '../../bundles/last-usable.ts';
import { moveOn } from '../../bundles/move-on.ts';
import type { PointerMove } from '../../bundles/pointer.ts';
import type { StoredPointer } from '../../bundles/ports.ts';
import { PointerName, type RulesPointer } from '../../contracts/rules-pointer.ts';
import { openRules, type RulesStores } from '../../nats/ensure-streams.ts';
import { readEnvironment, readSecret, UsageError } from '../../service/config.ts';
import { readSigningKey } from '../../signing/keys.ts';
import { withNats } from '../with-nats.ts';
import { type OpenBundle, openBytes, openFolderAsBundle, openLocal } from './open-bundle.ts';

/** Connects to where rules are published, for one command. */
export function withRules<T>(nats: string | undefined, use: (stores: RulesStores) => Promise<T>): Promise<T> {
  return withNats(nats, async (connection, _, replicas) => use(await openRules(connection, replicas)));
}

/**
 * Moves a pointer on, in this user's name, signed where KNELL_RULES_SIGNING_KEY is set.
 *
 * @param before the entry that was looked at: where it has moved since, nothing is done
 * @throws {Error} with code `RULES_RACED`
 */
export async function move(
  { pointers }: RulesStores,
  what: Omit<PointerMove, 'by' | 'at'>,
  before: StoredPointer | undefined,
): Promise<RulesPointer> {
  const { KNELL_RULES_SIGNING_KEY, KNELL_RULES_SIGNING_KEY_FILE } = readEnvironment(process.env);
  const pem = readSecret('KNELL_RULES_SIGNING_KEY', KNELL_RULES_SIGNING_KEY, KNELL_RULES_SIGNING_KEY_FILE);
  const whole = { ...what, by: userInfo().username, at: new Date().toISOString() };
  return moveOn(pointers, whole, before, pem === undefined ? undefined : readSigningKey(pem));
}

/**
 * What a person means by a word: a folder or file, else a pointer, else a digest or the beginning of one.
 *
 * @throws {UsageError} when it is none of these
 */
export async function openNamed(word: string, nats: string | undefined): Promise<OpenBundle> {
  if (!PointerName.safeParse(word).success && !/^[0-9a-f]{8,64}$/.test(word))
    return openLocal(word, openFolderAsBundle);
  return withRules(nats, async (stores) => openPublished(stores, await digestFor(stores, word)));
}

/** The digest that a pointer, or the beginning of a digest, means. @throws {UsageError} */
export async function digestFor({ pointers }: RulesStores, word: string): Promise<string> {
  const name = PointerName.safeParse(word);
  if (name.success) {
    const digest = (await pointers.get(name.data))?.pointer?.digest;
    if (digest === undefined) throw new UsageError(`nothing is published as "${word}"`);
    return digest;
  }
  const known = new Set<string>();
  for (const each of await pointers.names()) {
    for (const { digest, previous } of await pointers.history(each)) {
      for (const one of [digest, previous]) if (one?.startsWith(word)) known.add(one);
    }
  }
  const [digest, ...others] = known;
  if (digest === undefined) throw new UsageError(`no bundle whose digest begins with ${word} was ever published`);
  if (others.length > 0) throw new UsageError(`several bundles begin with ${word}: write more of the digest`);
  return digest;
}

/** @throws {UsageError} when the bundle is gone; {Error} with code `ERULES` when this knell can't run it */
export async function openPublished({ bundles }: RulesStores, digest: string): Promise<OpenBundle> {
  const bytes = await bundles.get(digest);
  if (!bytes) throw new UsageError(`the bundle ${digest} is not in the object store knell_bundles`);
  return openBytes(bytes, digest, digest);
}

/** The bundle that workers run now, as far as can be seen from outside. */
export function lastPublished(stores: RulesStores): Promise<OpenBundle | undefined> {
  return lastUsable(stores.pointers, async (digest) => {
    try {
      return await openPublished(stores, digest);
    } catch (error) {
      if (error instanceof UsageError || (error as { code?: string }).code === 'ERULES') return undefined;
      throw error;
    }
  });
}
