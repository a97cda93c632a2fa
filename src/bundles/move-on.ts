import type { RulesPointer } from '../contracts/rules-pointer.ts';
import type { SigningKey } from '../signing/keys.ts';
import { movePointer, type PointerMove } from './pointer.ts';
import type { PointerStore, StoredPointer } from './ports.ts';

/**
 * Moves a stored pointer on.
 *
 * @param before the entry that was looked at: where it has moved since, nothing is done
 * @param key what signs it; left out: nothing does
 * @throws {Error} with code `RULES_RACED`
 */
export async function moveOn(
  pointers: Pick<PointerStore, 'history' | 'put'>,
  move: PointerMove,
  before: StoredPointer | undefined,
  key?: SigningKey,
): Promise<RulesPointer> {
  // An entry that can't be read, or was deleted, has a serial all the same: the one that its past tells.
  const last = before?.pointer ?? (before && (await pointers.history(move.name)).at(-1));
  const pointer = movePointer(move, last, key);
  if (await pointers.put(pointer, before?.revision ?? 0)) return pointer;
  const message = `another publisher moved "${move.name}" meanwhile, and nothing was done: look at "knell rules status", and try again`;
  throw Object.assign(new Error(message), { code: 'RULES_RACED' });
}

/** The bundle that was active before one that is gone back to: going back twice goes back two steps, not forth again. */
export function previousOf(past: readonly RulesPointer[], digest: string): string | undefined {
  return past.findLast((each) => each.digest === digest && each.action !== 'rollback')?.previous;
}
