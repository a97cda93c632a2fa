import { setTimeout as pause } from 'node:timers/promises';
import type { KvEntry } from 'nats';
import { openAgain } from '../open-again.ts';
import { nextMessage } from '../stored-message.ts';
import type { Bucket } from './bucket.ts';

export interface WatchBucketOptions {
  /** Which keys; left out: all. */
  readonly key?: string;
  /** Tells only what is written from now on. */
  readonly changesOnly?: true;
  /** Milliseconds from one comparison with the server to the next. */
  readonly checkEveryMs?: number;
  /** Called when the bucket was made anew: what was handed over before stands there no more. */
  readonly onRemade?: () => void;
}

export interface BucketWatch {
  /** Settles when all that stood there at the start was handed over, or the watch was stopped. */
  readonly ready: Promise<void>;
  stop(): void;
}

/** Longer than nats.js takes to miss two heartbeats and to mend the watch by itself. */
const CHECK_EVERY_MS = 15_000;
const REOPEN_AFTER_MS = 500;

/**
 * Hands over the entries of a bucket, then each change, in order and for good. A watch of nats.js 2.29 ends, with an error
 * or without a word, when its consumer can't be made anew (no room, no stream for a moment), and nothing says when it has
 * become deaf. So it is opened anew where it stopped, and compared with the leader: where an entry stands behind what was
 * handed over and still does at the next look, the watch is opened anew too. A bucket that was made anew counts its
 * revisions from 1 again: it is watched from its start.
 *
 * @param listener must not throw; a deletion is an entry as well
 * @throws a NATS error when the watch can't be opened at first
 */
export async function watchBucket(
  bucket: Bucket,
  listener: (entry: KvEntry) => void,
  { key = '>', changesOnly, checkEveryMs = CHECK_EVERY_MS, onRemade = () => undefined }: WatchBucketOptions = {},
): Promise<BucketWatch> {
  const { manager, stream, onReopened } = bucket.reads;
  let isReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  /** The revision that was handed over last. */
  const before = await manager.streams.info(stream);
  let seen = changesOnly ? before.state.last_seq : 0;
  let { created } = before;
  let isRemade = false;
  let stopped = false;
  let missing: number | undefined;

  const open = () =>
    openAgain(
      () => bucket.watch({ key, initializedFn: () => isReady(), ...(seen > 0 && { resumeFromRevision: seen + 1 }) }),
      (late) => late.stop(),
    );
  let entries = await open();

  async function read(): Promise<void> {
    for await (const entry of entries) {
      seen = entry.revision;
      listener(entry);
    }
  }

  void (async () => {
    for (;;) {
      const reason = await read().then(
        () => 'it ended, or entries were missing',
        (error) => String(error),
      );
      if (stopped) return;
      onReopened(reason);
      for (let isOpen = false; !isOpen; ) {
        await pause(REOPEN_AFTER_MS, undefined, { ref: false });
        if (stopped) return;
        if (isRemade) seen = 0;
        isRemade = false;
        isOpen = await open().then(
          (opened) => {
            entries = opened;
            return true;
          },
          () => false,
        );
      }
      if (stopped) entries.stop();
    }
  })();

  async function check(): Promise<void> {
    const now = await manager.streams.info(stream);
    if (now.created !== created) {
      created = now.created;
      isRemade = true;
      onRemade();
      if (!stopped) entries.stop();
      return;
    }
    const from = seen;
    const next = await nextMessage(manager, stream, bucket.writes.subjectOf(key), from + 1);
    if (!next) isReady();
    const isStuck = next !== undefined && seen === from && missing === next.seq;
    missing = isStuck ? undefined : next?.seq;
    if (isStuck && !stopped) entries.stop();
  }
  let checking = Promise.resolve();
  let isChecking = false;
  const timer = setInterval(() => {
    if (isChecking) return;
    isChecking = true;
    // Where the server does not answer, the reading watch tells of it.
    checking = check()
      .catch(() => undefined)
      .finally(() => {
        isChecking = false;
      });
    void checking;
  }, checkEveryMs).unref();

  return {
    ready,
    stop() {
      stopped = true;
      clearInterval(timer);
      entries.stop();
      isReady();
    },
  };
}
