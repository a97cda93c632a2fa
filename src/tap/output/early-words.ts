import type { Early } from '../../contracts/log-headers.ts';
import type { StreamName } from '../../contracts/run.ts';
import type { Sight } from '../process/agent-arrival.ts';

/** Tells of an agent's output whether it may have been printed before the agent was there, by a step of its shell's line. */
export interface EarlyWords {
  /** Bytes of this stream were read just now; `endsLine`: no line is left open behind them. */
  read(stream: StreamName, endsLine?: boolean): void;
  /** What a look at the process tree has shown of the agent. */
  saw(sight: Sight): void;
  /** Whether that matters now: until all is read that waited when the agent was seen, and again once it is gone. */
  isOpen(): boolean;
  /** Lines of this stream are handed on now: how early they are; undefined where the agent had been seen before they were read. */
  taken(stream: StreamName): Early | undefined;
}

export interface EarlyWordsOptions {
  /** Looks at the process tree, and calls {@link EarlyWords.saw}. */
  readonly look: () => void;
  /** Whether the agent that was seen has ended, at next to no cost. */
  readonly isGone: () => boolean;
  /** Epoch milliseconds, or of any other clock. */
  readonly now: () => number;
  /** Nobody prints before the first agent: its words are its own once it is there. */
  readonly isFirst: boolean;
  /** Calls back once all that could be read at this moment has been read. */
  readonly afterReading: (done: () => void) => void;
}

/** So many reads are each followed by a look: of a step that prints more it is not known who prints. */
const LOOKS = 1_000;

/** An agent that was not seen for so long may be one that is not recognised, in milliseconds. */
export const UNSEEN_MS = 60_000;

/**
 * No clock is asked who was first, since two times can't tell that on a host that is held up or was suspended. Only what was read and seen
 * counts, in its order:
 *
 * - `certain`: when the tap looked after it had read the line, the agent was not there, or had written nothing. So it had not printed it,
 *   unless it has ended already, or is none that is known ({@link UNSEEN_MS}).
 * - `possible`: the agent had written something when it was first seen after the line was read, or the line may have waited to be read
 *   when the agent came or went. Either may have printed it.
 * - else: all that waited when the agent was seen had been read, and the line was read later, while the agent lived.
 *
 * Once the agent is gone and all that waited then has been read, the next one is waited for: `claude --version && cat log && claude -p …`.
 */
export function createEarlyWords({ look, isGone, now, isFirst, afterReading }: EarlyWordsOptions): EarlyWords {
  let stage: 'awaited' | 'arriving' | 'there' | 'leaving' = 'awaited';
  let sight: Sight = 'none';
  let awaitedMs = now();
  let isUnmixed = isFirst;
  let looksLeft = LOOKS;
  /** Of the bytes of each stream since its last line was handed on. */
  const unread = new Map<StreamName, { early: Early | undefined; isWhole: boolean; isTaken: boolean }>();

  function isOpen(): boolean {
    if (stage === 'there' && isGone()) {
      stage = 'leaving';
      afterReading(() => {
        stage = 'awaited';
        sight = 'none';
        awaitedMs = now();
        look();
      });
    }
    return stage === 'awaited' || stage === 'arriving';
  }

  function lastRead(): Early | undefined {
    if (!isOpen()) return stage === 'there' ? undefined : 'possible';
    if (looksLeft === 0) return 'possible';
    looksLeft -= 1;
    look();
    if (stage === 'there') return undefined;
    if (sight === 'silent') return 'certain';
    // What came and is gone at once may have printed.
    return stage === 'awaited' && !isUnmixed && now() - awaitedMs < UNSEEN_MS ? 'certain' : 'possible';
  }

  return {
    read(stream, endsLine = false) {
      const before = unread.get(stream);
      const early = lastRead();
      const isFresh = !before || (before.isTaken && before.isWhole);
      const isMixed = !isFresh && before.early !== early;
      unread.set(stream, { early: isMixed ? 'possible' : early, isWhole: endsLine, isTaken: false });
    },
    saw(seen) {
      sight = seen;
      if (sight === 'none' || stage !== 'awaited') return;
      stage = isUnmixed ? 'there' : 'arriving';
      isUnmixed = false;
      if (stage === 'arriving')
        afterReading(() => {
          stage = 'there';
        });
    },
    isOpen,
    taken(stream) {
      const own = unread.get(stream);
      if (own) own.isTaken = true;
      return own?.early;
    },
  };
}

/** How often it is asked whether a reader that is slow still holds the agent's output back, in milliseconds. */
const HELD_MS = 100;

/**
 * Calls back once all that could be read at this moment has been read: the event loop reads whatever waits once a turn, so after one
 * whole turn in which nothing was held back. Nobody is called back after the process has nothing else to wait for.
 */
export function afterOneReading(isHeldBack: () => boolean, done: () => void): void {
  const again = () => afterOneReading(isHeldBack, done);
  if (isHeldBack()) {
    setTimeout(again, HELD_MS).unref();
    return;
  }
  setImmediate(() => setImmediate(() => (isHeldBack() ? again() : done())));
}
