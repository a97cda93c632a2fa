import type { RulesPointer } from '../contracts/rules-pointer.ts';
import type { TrustedKeys } from '../signing/keys.ts';
import { obstacleToPointer } from './pointer.ts';

/** The past of a pointer as a publisher goes by it. */
export interface PointerPast {
  /** The moves that workers follow, oldest first. Without keys, or where none of them is signed: all that stand there. */
  readonly moves: readonly RulesPointer[];
  /** `none`: keys are known, and none of the entries is signed by one of them. */
  readonly verified: 'by keys' | 'none' | 'not asked for';
  /** What was written after the newest move and is none: workers that ask for signatures refuse it. */
  readonly hidden: RulesPointer | undefined;
  /** The serial of the next move is higher by one. */
  readonly lastSerial: number;
}

/**
 * How far above the signed moves an entry that no known key signed may be and still be counted on from: a publisher with
 * another key is never that far ahead, and nobody can use the numbers up in a few writes.
 */
const AHEAD = 10_000;

/**
 * Reads the past of a pointer. Whoever signs must go by what is signed: else anybody who can write to the bucket says what
 * a signed rollback goes back to, and what a signed publication is compared with.
 *
 * @param stored all entries, oldest first
 * @param trusted the keys that the publisher knows; undefined where it signs nothing
 */
export function readPast(stored: readonly RulesPointer[], trusted: TrustedKeys | undefined): PointerPast {
  const serials = stored.map(({ serial }) => serial);
  const newest = stored.at(-1);
  const asStored = { moves: stored, hidden: undefined, lastSerial: Math.max(0, ...serials) };
  if (!trusted) return { ...asStored, verified: 'not asked for' };
  const moves = stored
    .filter((pointer) => obstacleToPointer(pointer, trusted, 0) === undefined)
    // An old entry that was written again is where it was.
    .sort((a, b) => a.serial - b.serial);
  const last = moves.at(-1);
  if (!last) return { ...asStored, verified: 'none' };
  const hidden = newest === last ? undefined : newest;
  const lastSerial = Math.max(...serials.filter((serial) => serial <= last.serial + AHEAD));
  return { moves, verified: 'by keys', hidden, lastSerial };
}

/** What a move to a bundle says of what it follows. */
export type Following = Pick<RulesPointer, 'previous' | 'allow_removals'>;

/**
 * What a publication or promotion follows. The same rules once more follow what they followed before: so they can be gone
 * back from as they could.
 *
 * @param digest the rules that are to be active
 * @param known the rules that are active now, where there are any
 */
export function followingOf({ moves, verified }: PointerPast, digest: string, known: string | undefined): Following {
  // Nobody is to sign what nobody has signed.
  if (known === undefined || verified === 'none') return {};
  if (known !== digest) return { previous: known };
  const { previous, allow_removals: removals } = madeActive(moves, digest) ?? {};
  return { ...(previous !== undefined && { previous }), ...(removals && { allow_removals: removals }) };
}

/** The bundle that was active before one that is gone back to: going back twice goes back two steps, not forth again. */
export function previousOf(past: readonly RulesPointer[], digest: string): string | undefined {
  return madeActive(past, digest)?.previous;
}

function madeActive(past: readonly RulesPointer[], digest: string): RulesPointer | undefined {
  return past.findLast((each) => each.digest === digest && each.action !== 'rollback');
}
