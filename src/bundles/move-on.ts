import type { RulesPointer } from '../contracts/rules-pointer.ts';
import type { Signing } from '../signing/keys.ts';
import { movePointer, type PointerMove } from './pointer.ts';
import type { PointerStore, StoredPointer, WorkerRulesStore } from './ports.ts';
import { readPast } from './read-past.ts';

/**
 * How far above the stored moves one may be that a worker says it followed, and still be counted on from. A store that was
 * made anew begins at 1 again, and workers remember; but no worker's word uses the serials up.
 */
const FOLLOWED_AHEAD = 1_000_000;

/**
 * Moves a stored pointer on: past what is stored, and past what running workers say they followed.
 *
 * @param before the entry that was looked at: where it has moved since, nothing is done
 * @param signing what signs it, and whose entries count; left out: nothing does, and all do
 * @throws {Error} with code `RULES_RACED`, or `RULES_SERIAL` where there is no next serial
 */
export async function moveOn(
  {
    pointers,
    workers,
  }: { readonly pointers: Pick<PointerStore, 'history' | 'put'>; readonly workers: Pick<WorkerRulesStore, 'list'> },
  move: PointerMove,
  before: StoredPointer | undefined,
  signing?: Signing,
): Promise<RulesPointer> {
  const { lastSerial: stored } = readPast(await pointers.history(move.name), signing?.trusted);
  const followed = (await workers.list())
    .map(({ followed: moves }) => moves?.[move.name] ?? 0)
    .filter((serial) => serial <= stored + FOLLOWED_AHEAD);
  const lastSerial = Math.max(stored, ...followed);
  if (lastSerial >= Number.MAX_SAFE_INTEGER) throw noNextSerial(move.name);
  const pointer = movePointer(move, { serial: lastSerial }, signing?.key);
  if (await pointers.put(pointer, before?.revision ?? 0)) return pointer;
  const message = `another publisher moved "${move.name}" meanwhile, and nothing was done: look at "knell rules status", and try again`;
  throw Object.assign(new Error(message), { code: 'RULES_RACED' });
}

function noNextSerial(name: string): Error {
  const message = `somebody gave "${name}" the last serial there is, so nothing can follow it: purge the key "${name}" of the bucket knell_rules, and sign what you publish (KNELL_RULES_SIGNING_KEY)`;
  return Object.assign(new Error(message), { code: 'RULES_SERIAL' });
}
