import { type Alike, alikeKey, MAX_CREDENTIALS } from '../../classify/outage-or-runaway.ts';
import type { AbortCommand } from '../../contracts/abort-command.ts';
import type { Clock } from '../ports/ports.ts';
import type { Successes } from './look-at-overrun.ts';

/** An outage that a look has found. */
export type Outage = Pick<Alike, 'key' | 'credential' | 'sinceMs'>;

export interface KnownOutages {
  add(found: readonly Outage[]): void;
  /**
   * Whether a command belongs to an outage that is known, so that it is not counted.
   *
   * @param otherwise called later where it turns out that the outage was over
   */
  covers(command: AbortCommand, otherwise?: () => void): boolean;
}

export interface KnownOutagesOptions {
  readonly successes: Successes;
  readonly clock: Pick<Clock, 'now'>;
  /** Called when what is known of successes could not be read; the outage is then over. */
  readonly onError: (error: unknown) => void;
}

/** How long an outage is believed after it was looked at, in milliseconds. */
const BELIEVED_MS = 30_000;

/** How long its next command may come after that, in milliseconds: one that comes later is of another outage. */
const KEPT_MS = 300_000;

/** How long an outage is still believed while it is looked at once more, in milliseconds. */
const LOOK_MS = 2_000;

/**
 * The outages that are known. One that was looked at too long ago is looked at again when its next command comes, and believed
 * meanwhile: a worker that was stopped for a while hears of all that others have ended in that time at once, and would hold the
 * rest back before it had looked. It is over when anything has succeeded on its credential.
 */
export function createKnownOutages({ successes, clock, onError }: KnownOutagesOptions): KnownOutages {
  const known = new Map<string, Outage & { readonly untilMs: number; readonly look?: (() => void)[] }>();

  async function lookAgain(outage: Outage, uncounted: readonly (() => void)[]): Promise<void> {
    let isOver = true;
    try {
      const succeededMs = await successes.lastMs(outage.credential);
      isOver = succeededMs !== undefined && succeededMs >= outage.sinceMs;
    } catch (error) {
      onError(error);
    }
    if (!isOver) {
      known.set(outage.key, { ...outage, untilMs: clock.now() + BELIEVED_MS });
      return;
    }
    known.delete(outage.key);
    for (const count of uncounted) count();
  }

  return {
    add(found) {
      const nowMs = clock.now();
      for (const [key, { untilMs }] of known) if (untilMs + KEPT_MS < nowMs) known.delete(key);
      for (const { key, credential, sinceMs } of found)
        known.set(key, { key, credential, sinceMs, untilMs: nowMs + BELIEVED_MS });
    },
    covers(command, otherwise) {
      const key = alikeKey(command);
      const outage = key === undefined ? undefined : known.get(key);
      if (!outage) return false;
      const nowMs = clock.now();
      let { look, untilMs } = outage;
      if (untilMs <= nowMs) {
        // A look that takes so long is believed no more. Where many credentials fail, the rule may err: they are counted anew.
        if (known.size > MAX_CREDENTIALS || look || untilMs + KEPT_MS < nowMs) return false;
        look = [];
        untilMs = nowMs + LOOK_MS;
        const { key, credential, sinceMs } = outage;
        known.set(key, { key, credential, sinceMs, untilMs, look });
        void lookAgain({ key, credential, sinceMs }, look);
      }
      if (look && otherwise) look.push(otherwise);
      return true;
    },
  };
}
