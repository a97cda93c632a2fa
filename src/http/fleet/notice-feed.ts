import { setTimeout as pause } from 'node:timers/promises';
import { consumerOpts, type JetStreamClient, type JetStreamSubscription } from 'nats';
import { Notice } from '../../contracts/notice.ts';
import type { Subjects } from '../../contracts/subjects.ts';

const DAY_MS = 86_400_000;
/** As many notices are kept. */
const MAX_NOTICES = 500;

/** The notices of the last day, newest first, and each new one. */
export interface NoticeFeed {
  all(): readonly Notice[];
  watch(listener: (notice: Notice) => void): () => void;
  stop(): void;
}

/** How long to wait before subscribing again when that failed, in milliseconds. */
const RETRY_MS = 500;

/** Follows the notices' stream. Where the server goes away, it goes on when it is back. */
export async function startNoticeFeed(
  jetstream: JetStreamClient,
  subjects: Subjects,
  nowMs: number,
): Promise<NoticeFeed> {
  const notices: Notice[] = [];
  const listeners = new Set<(notice: Notice) => void>();
  let isStopped = false;
  let nextSeq: number | undefined;

  function open(): Promise<JetStreamSubscription> {
    const options = consumerOpts();
    options.orderedConsumer();
    if (nextSeq === undefined) options.startTime(new Date(nowMs - DAY_MS));
    else options.startSequence(nextSeq);
    return jetstream.subscribe(subjects.all('notices'), options);
  }

  function take(notice: Notice): void {
    const { notice_id } = notice;
    if (notice_id !== undefined && notices.some((known) => known.notice_id === notice_id)) return;
    notices.unshift(notice);
    notices.length = Math.min(notices.length, MAX_NOTICES);
    for (const listener of listeners) listener(notice);
  }

  async function read(): Promise<void> {
    for await (const message of subscription) {
      nextSeq = message.seq + 1;
      const notice = readNotice(message.data);
      if (notice) take(notice);
    }
  }

  let subscription = await open();
  void (async () => {
    while (!isStopped) {
      // As in `nats/abort-feed.ts`: a consumer that began at a time can't be made anew by the client after an outage.
      await read().catch(() => undefined);
      if (isStopped) return;
      await pause(RETRY_MS, undefined, { ref: false });
      subscription = await open().catch(() => subscription);
    }
    subscription.unsubscribe();
  })();
  return {
    all: () => notices,
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      isStopped = true;
      subscription.unsubscribe();
    },
  };
}

function readNotice(data: Uint8Array): Notice | undefined {
  try {
    return Notice.safeParse(JSON.parse(Buffer.from(data).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
