import { explainFailure } from '../nats/explain-failure.ts';
import { isUntaken } from '../nats/explain-untaken.ts';
import { isOutage } from '../nats/outage.ts';
import type { Clock } from '../pipeline/ports/ports.ts';

/** Tries whether what was refused is taken now. It throws where it is not; `open`: that is not settled. */
export type TryAgain = () => Promise<'taken' | 'open'>;

export interface FailedWrites<Kind extends string> {
  /**
   * Settles as the write does, and keeps in mind whether it was refused for a reason that may pass.
   *
   * @param again called when it was, for how to try it
   */
  watched<T>(kind: Kind, name: string, write: Promise<T>, again: () => TryAgain): Promise<T>;
  /** Of each kind that is refused now, in order: why, and of what. */
  failing(): { readonly kind: Kind; readonly reason: string; readonly names: readonly string[] }[];
  stop(): void;
}

interface Failure<Kind> {
  readonly kind: Kind;
  readonly name: string;
  reason: string;
  /** When it was refused last, epoch milliseconds. */
  readonly atMs: number;
  readonly again: TryAgain;
}

const TRY_EVERY_MS = 5_000;
/**
 * What only its writer can try, and does so at most 16 s apart, other workers in between: after this long without another
 * refusal, in milliseconds, nothing is left to try.
 */
const GIVEN_UP_MS = 120_000;
/** So many are kept: where more are refused, these tell of it. */
const MOST_KEPT = 100;
/** So many are tried at a time: the server, and the log, have enough to do with what is refused. */
const MOST_TRIED = 10;

/**
 * Keeps each write that was refused until it is known to be taken: by the writer itself, or by trying. So a passing refusal
 * is forgotten when it has passed, and one that lasts is told for as long as it lasts, whatever else is written.
 *
 * @param untaken asks why no stream takes what is written, by kind
 * @param tryEveryMs milliseconds from one try to the next
 */
export function createFailedWrites<Kind extends string>(
  clock: Pick<Clock, 'now' | 'after'>,
  untaken: (kind: Kind) => Promise<string>,
  tryEveryMs = TRY_EVERY_MS,
): FailedWrites<Kind> {
  const failures = new Map<string, Failure<Kind>>();
  let cancel: (() => void) | undefined;
  let stopped = false;

  function keep(
    key: string,
    error: unknown,
    { kind, name, again }: Pick<Failure<Kind>, 'kind' | 'name' | 'again'>,
  ): void {
    const failure = { kind, name, again, reason: reasonOf(error), atMs: clock.now() };
    failures.set(key, failure);
    if (!isUntaken(error)) return;
    void untaken(kind).then((reason) => {
      failure.reason = reason;
    });
  }

  function trySoon(): void {
    if (cancel || stopped || failures.size === 0) return;
    cancel = clock.after(tryEveryMs, () => {
      const longestUntried = [...failures].slice(0, MOST_TRIED);
      void Promise.all(longestUntried.map(([key, failure]) => tryAgain(key, failure))).finally(() => {
        cancel = undefined;
        trySoon();
      });
    });
  }

  async function tryAgain(key: string, failure: Failure<Kind>): Promise<void> {
    const answer = await failure.again().catch((error: unknown) => error);
    // The writer may have been refused or taken meanwhile: it knows better.
    if (failures.get(key) !== failure) return;
    failures.delete(key);
    if (isOutage(answer)) keep(key, answer, failure);
    else if (answer === 'open' && clock.now() - failure.atMs < GIVEN_UP_MS) failures.set(key, failure);
    // Else it was taken, given up, or refused for its own sake, which says nothing of others.
  }

  return {
    async watched(kind, name, write, again) {
      const key = `${kind} ${name}`;
      try {
        const answer = await write;
        failures.delete(key);
        return answer;
      } catch (error) {
        // What fails for the message's own sake says nothing of the next one.
        if (isOutage(error) && (failures.has(key) || failures.size < MOST_KEPT)) {
          keep(key, error, { kind, name, again: again() });
          trySoon();
        }
        throw error;
      }
    },
    failing() {
      const all = [...failures.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
      return [...new Set(all.map(({ kind }) => kind))].sort().map((kind) => {
        const own = all.filter((failure) => failure.kind === kind);
        return { kind, reason: own[0]?.reason ?? '', names: own.map(({ name }) => name) };
      });
    },
    stop() {
      stopped = true;
      cancel?.();
    },
  };
}

/** What happened, and what to do. */
function reasonOf(error: unknown): string {
  return explainFailure(error) ?? (error instanceof Error ? error.message : String(error));
}
