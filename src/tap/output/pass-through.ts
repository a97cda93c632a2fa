import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../clock.ts';

export interface PassThrough {
  /** Settles when the source has ended or was stopped. */
  readonly ended: Promise<void>;
  /** From now on a slow target no longer holds the source back. */
  letGo(): void;
  /**
   * Reads what is still there, then stops reading: when the source has said nothing for `idleMs`, or after `mostMs`.
   * Time in which the target holds the source back does not count.
   */
  drain(idleMs: number, mostMs: number): Promise<void>;
  /** Stops reading at once. */
  stop(): void;
  /** Settles when the target has taken all that was passed to it, or is broken. */
  flushed(): Promise<void>;
  /** Whether a slow target holds the source back at this moment, so that some of it waits to be read. */
  readonly isHeldBack: boolean;
  /** The last byte passed on; `undefined` before the first. */
  readonly lastByte: number | undefined;
}

/**
 * Passes one stream of an agent's output on, byte for byte, and shows each piece to `see`. A target that is slow holds the
 * agent back, as it would without the tap. A target that is broken (a closed pipe, a full disk) is no longer written to; reading goes on.
 *
 * @param onBroken called once, when the target breaks
 */
export function passThrough(
  source: Readable,
  target: Writable,
  see: (bytes: Buffer) => void,
  clock: Clock,
  onBroken: (error: NodeJS.ErrnoException) => void = () => undefined,
): PassThrough {
  let broken = false;
  let holding = true;
  let heldBack = false;
  let stopped = false;
  let lastByte: number | undefined;
  let activity: () => void = () => undefined;

  const goOn = () => {
    heldBack = false;
    activity();
    source.resume();
  };
  const onTargetError = (error: NodeJS.ErrnoException) => {
    if (!broken) onBroken(error);
    broken = true;
    goOn();
  };
  target.on('error', onTargetError);
  target.on('drain', goOn);

  const ended = new Promise<void>((resolve) => {
    source.once('close', resolve);
    source.once('end', resolve);
    source.once('error', () => {
      source.destroy();
      resolve();
    });
  });
  source.on('data', (bytes: Buffer) => {
    if (stopped) return;
    lastByte = bytes.at(-1) ?? lastByte;
    if (!broken && !target.write(bytes) && holding) {
      heldBack = true;
      source.pause();
    }
    see(bytes);
    activity();
  });

  const stop = () => {
    stopped = true;
    source.destroy();
  };

  return {
    ended,
    letGo() {
      holding = false;
      goOn();
    },
    async drain(idleMs, mostMs) {
      let cancelIdle: () => void = () => undefined;
      let cancelMost: (() => void) | undefined;
      activity = () => {
        cancelIdle();
        if (heldBack) return;
        cancelIdle = clock.after(idleMs, stop);
        cancelMost ??= clock.after(mostMs, () => {
          cancelMost = undefined;
          if (!heldBack) stop();
        });
      };
      activity();
      await ended;
      activity = () => undefined;
      cancelIdle();
      cancelMost?.();
    },
    stop,
    flushed() {
      if (broken || target.destroyed) return Promise.resolve();
      return new Promise((resolve) => {
        target.once('error', () => resolve());
        target.write('', () => resolve());
      });
    },
    get isHeldBack() {
      return heldBack;
    },
    get lastByte() {
      return lastByte;
    },
  };
}
