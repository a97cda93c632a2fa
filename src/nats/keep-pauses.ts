import type { StreamInfo } from 'nats';
import type { LogPauses } from '../contracts/log-pauses.ts';
import type { Clock } from '../pipeline/ports/ports.ts';
import { endMs } from './log-begin.ts';
import type { LogPausesStore } from './store/log-pauses-store.ts';

/** How long nothing must have been stored, in milliseconds: as much later the report of a run's start may be stored, so less tells nothing. */
const PAUSE_MS = 60_000;
/** Of so many pauses the last are kept: what matters is before the runs that live. */
const MOST_KEPT = 100;

export interface KeepPausesOptions {
  readonly store: Pick<LogPausesStore, 'put'>;
  /** What was stored of them when this worker started. */
  readonly known: LogPauses | undefined;
  /** The server's clock. */
  readonly clock: Pick<Clock, 'now'>;
  /** A pause could not be stored; it is tried again at the next look. */
  readonly onError: (error: unknown) => void;
}

/**
 * Remembers, over restarts of workers, when the last message before each pause of the log stream was stored: once the stream has dropped it,
 * only that tells how long before the first message of now that was. One write for each pause.
 *
 * @returns takes in how the log stream was found
 */
export function createPauseKeeper({ store, known, clock, onError }: KeepPausesOptions): (info: StreamInfo) => void {
  let kept: LogPauses = known ?? { created: '', pauses: [] };

  return ({ created, state }) => {
    const [seq, atMs] = [state.last_seq, endMs(state)];
    // A server that was restarted with an empty stream may have gone back (nats-server 2.9.10).
    const pauses = created === kept.created ? kept.pauses.filter((one) => one.seq <= seq) : [];
    const isPause = seq > 0 && clock.now() - atMs >= PAUSE_MS && pauses.at(-1)?.seq !== seq;
    if (!isPause && pauses.length === kept.pauses.length) return;
    const before = kept;
    const ofUse = pauses.filter((one) => one.seq >= state.first_seq - 1);
    kept = { created, pauses: [...ofUse, ...(isPause ? [{ seq, at_ms: atMs }] : [])].slice(-MOST_KEPT) };
    store.put(kept).catch((error: unknown) => {
      kept = before;
      onError(error);
    });
  };
}
