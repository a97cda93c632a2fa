import { userInfo } from 'node:os';
import { lastUsable } from '../../bundles/last-usable.ts';
import { moveOn } from '../../bundles/move-on.ts';
import { obstacleToPointer, type PointerMove } from '../../bundles/pointer.ts';
import type { StoredPointer } from '../../bundles/ports.ts';
import { type PointerPast, readPast } from '../../bundles/read-past.ts';
import { PointerName, type RulesPointer } from '../../contracts/rules-pointer.ts';
import { openRules, type RulesStores } from '../../nats/ensure-streams.ts';
import { readEnvironment, readSecret, UsageError } from '../../service/config.ts';
import { readSigningKey, readTrustedKeys, type Signing, signingWith } from '../../signing/keys.ts';
import { printable } from '../terminal/keep-to-text.ts';
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
  stores: RulesStores,
  what: Omit<PointerMove, 'by' | 'at'>,
  before: StoredPointer | undefined,
): Promise<RulesPointer> {
  const whole = { ...what, by: userInfo().username, at: new Date().toISOString() };
  return moveOn(stores, whole, before, rulesSigning());
}

/** What this user signs pointers with, and whose signatures on them count; undefined where nothing is signed. */
export function rulesSigning(): Signing | undefined {
  const environment = readEnvironment(process.env);
  const { KNELL_RULES_SIGNING_KEY, KNELL_RULES_SIGNING_KEY_FILE } = environment;
  const pem = readSecret('KNELL_RULES_SIGNING_KEY', KNELL_RULES_SIGNING_KEY, KNELL_RULES_SIGNING_KEY_FILE);
  if (pem === undefined) return undefined;
  const { KNELL_RULES_PUBLIC_KEYS, KNELL_RULES_PUBLIC_KEYS_FILE } = environment;
  const keys = readSecret('KNELL_RULES_PUBLIC_KEYS', KNELL_RULES_PUBLIC_KEYS, KNELL_RULES_PUBLIC_KEYS_FILE);
  return signingWith(readSigningKey(pem), keys === undefined ? undefined : readTrustedKeys(keys));
}

/** The past of a pointer as this user goes by it; says on standard error what was left out of it. */
export async function pastOf({ pointers }: RulesStores, name: PointerName): Promise<PointerPast> {
  const past = readPast(await pointers.history(name), rulesSigning()?.trusted);
  const { hidden, verified, moves } = past;
  if (hidden) {
    process.stderr.write(
      `knell: the newest entry of "${name}", move ${hidden.serial} by ${printable(hidden.by, process.stderr)}, is left out: it is old, or no key that is known here has signed it (KNELL_RULES_PUBLIC_KEYS names more)\n`,
    );
  }
  if (verified === 'none' && moves.length > 0) {
    process.stderr.write(
      `knell: no entry of "${name}" is signed by a key that is known here, so they count as they are\n`,
    );
  }
  return past;
}

/**
 * A publisher that signs puts its name only to what is signed.
 *
 * @throws {UsageError} when nobody who is known here has signed the pointer
 */
export function mustBeSigned(pointer: RulesPointer): void {
  const obstacle = obstacleToPointer(pointer, rulesSigning()?.trusted, 0);
  if (obstacle) throw new UsageError(`${obstacle.message} KNELL_RULES_PUBLIC_KEYS names more keys that are trusted.`);
}

/** The digest that a word means to somebody who will sign it. @throws {UsageError} */
export async function digestToSign(stores: RulesStores, word: string): Promise<string> {
  const digest = await digestFor(stores, word);
  const name = PointerName.safeParse(word).data;
  const pointer = name && (await stores.pointers.get(name))?.pointer;
  if (pointer) mustBeSigned(pointer);
  return pointer?.digest ?? digest;
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

/** The bundle that workers run now, as far as the past of `active` shows. */
export function lastPublished(stores: RulesStores, past: PointerPast): Promise<OpenBundle | undefined> {
  return lastUsable(past.moves, async (digest) => {
    try {
      return await openPublished(stores, digest);
    } catch (error) {
      if (error instanceof UsageError || (error as { code?: string }).code === 'ERULES') return undefined;
      throw error;
    }
  });
}
