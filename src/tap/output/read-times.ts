import type { StreamName } from '../../contracts/run.ts';
import type { Clock } from '../clock.ts';

/** Tells how long what was read from an agent may have waited to be read. */
export interface ReadTimes {
  start(): void;
  /** Bytes of this stream were read just now; `endsLine`: no line is left open behind them. */
  read(stream: StreamName, endsLine?: boolean): void;
  /** Lines of this stream are handed on now: the earliest moment at which they may have been printed, epoch milliseconds. */
  taken(stream: StreamName): number;
  stop(): void;
}

/** How often it is noted that nothing waits to be read, in milliseconds. */
const NOTE_MS = 250;

/**
 * A process that was held up, on a busy machine or stopped, reads late. Between two of its timers it reads whatever can be
 * read (that is how Node's event loop turns), so what is read now was printed after the last timer but one.
 */
export function createReadTimes(clock: Clock): ReadTimes {
  let cancel = () => {};
  let [before, last] = [clock.now(), clock.now()];
  const unread = new Map<StreamName, number>();
  const whole = new Set<StreamName>();
  const note = () => {
    cancel = clock.after(NOTE_MS, () => {
      [before, last] = [last, clock.now()];
      note();
    });
  };
  return {
    start: note,
    read(stream, endsLine = false) {
      if (endsLine) whole.add(stream);
      else whole.delete(stream);
      if (!unread.has(stream)) unread.set(stream, before);
    },
    taken(stream) {
      const noSoonerMs = unread.get(stream) ?? before;
      // The rest of what was read may be the beginning of a line that comes later.
      if (whole.has(stream)) unread.delete(stream);
      else unread.set(stream, before);
      return noSoonerMs;
    },
    stop: () => cancel(),
  };
}
