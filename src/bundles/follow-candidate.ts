import type { RulesPointer } from '../contracts/rules-pointer.ts';
import { formatTime } from '../contracts/time.ts';
import type { WorkerRules } from '../contracts/worker-rules.ts';
import type { TrustedKeys } from '../signing/keys.ts';
import type { Refusal } from './archive.ts';
import type { LoadedBundle } from './load-bundle.ts';
import { obstacleToPointer } from './pointer.ts';
import type { PointerStore } from './ports.ts';
import type { BundleTaker } from './take-bundle.ts';

export interface FollowCandidateOptions {
  readonly pointers: Pick<PointerStore, 'get'>;
  readonly taker: Pick<BundleTaker, 'fetch'>;
  readonly trusted: TrustedKeys | undefined;
  readonly now: () => number;
  /** The serial of each pointer that was followed last; told of those that this follows. */
  readonly serials: Record<string, number>;
  readonly onTaken: (pointer: RulesPointer) => void;
  readonly onRefused: (
    pointer: { name: string; serial: number; digest?: string },
    refusals: readonly Refusal[],
  ) => void;
}

/** What a worker says of the candidate, but for what it has done with it. */
export type CandidateStatus = Omit<NonNullable<WorkerRules['candidate']>, 'tried' | 'left_out'>;

/** The bundle that is tried beside the rules in force. */
export interface CandidateFollower {
  /** Undefined where there is none, or the one that there is was refused. */
  current(): LoadedBundle | undefined;
  status(): CandidateStatus | undefined;
  /** Reads the pointer now. @returns whether its status has changed @throws what the stores throw */
  look(): Promise<boolean>;
}

const NAME = 'candidate';

/**
 * Follows the pointer `candidate` as `active` is followed: its word verified, its bundle whole or not at all. What the bundle
 * lacks of the active one is no reason against trying it; `knell rules promote` asks that. A candidate that is refused is not
 * tried, and neither is the one before it.
 */
export function createCandidateFollower(options: FollowCandidateOptions): CandidateFollower {
  const { pointers, taker, trusted, now, serials } = options;
  let current: LoadedBundle | undefined;
  let status: CandidateStatus | undefined;
  /** The entry that was decided on: to read its bundle again would be vain. */
  let seen = '';

  function refuse(pointer: { serial: number; digest?: string | undefined }, findings: readonly Refusal[]): void {
    const { serial, digest } = pointer;
    const about = { serial, ...(digest !== undefined && { digest }) };
    const at = formatTime(now());
    current = undefined;
    const known = status?.refused;
    if (known?.serial === serial && known.digest === digest && known.findings[0]?.code === findings[0]?.code) return;
    status = { since: at, refused: { pointer: NAME, ...about, at, findings: [...findings] } };
    options.onRefused({ name: NAME, ...about }, findings);
  }

  /** @returns whether its bundle may be there at the next look */
  async function take(pointer: RulesPointer): Promise<boolean> {
    const { digest, serial } = pointer;
    const obstacle = obstacleToPointer(pointer, trusted, serials[NAME] ?? 0);
    if (obstacle) {
      refuse(pointer, [obstacle]);
      return false;
    }
    const taken = digest === undefined ? undefined : await taker.fetch(digest);
    if (taken && 'refusals' in taken) {
      refuse(pointer, taken.refusals);
      return taken.comesLater === true;
    }
    serials[NAME] = serial;
    current = taken?.loaded;
    status = taken && { digest: taken.loaded.digest, since: formatTime(now()) };
    if (taken) options.onTaken(pointer);
    return false;
  }

  return {
    current: () => current,
    status: () => status,
    async look() {
      const stored = await pointers.get(NAME);
      const entry = stored ? `${stored.revision}` : '';
      if (entry === seen) return false;
      const before = JSON.stringify(status);
      if (!stored) [current, status] = [undefined, undefined];
      else if (!stored.pointer) {
        const message = `What stands under "${NAME}" is no pointer.`;
        refuse({ serial: serials[NAME] ?? 0 }, [{ code: 'pointer-unreadable', message }]);
      }
      const comesLater = stored?.pointer ? await take(stored.pointer) : false;
      if (!comesLater) seen = entry;
      return before !== JSON.stringify(status);
    },
  };
}
