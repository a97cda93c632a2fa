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

/** Follows the notices' stream. Where the server goes away, it goes on when it is back. */
export async function startNoticeFeed(
  jetstream: JetStreamClient,
  subjects: Subjects,
  nowMs: number,
): Promise<NoticeFeed> {
  const notices: Notice[] = [];
  const listeners = new Set<(notice: Notice) => void>();
  const options = consumerOpts();
  options.orderedConsumer();
  options.startTime(new Date(nowMs - DAY_MS));
  const subscription: JetStreamSubscription = await jetstream.subscribe(subjects.all('notices'), options);
  void (async () => {
    for await (const message of subscription) {
      const notice = readNotice(message.data);
      if (!notice) continue;
      const isKnown = notice.notice_id !== undefined && notices.some(({ notice_id }) => notice_id === notice.notice_id);
      if (isKnown) continue;
      notices.unshift(notice);
      notices.length = Math.min(notices.length, MAX_NOTICES);
      for (const listener of listeners) listener(notice);
    }
  })().catch(() => undefined);
  return {
    all: () => notices,
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => subscription.unsubscribe(),
  };
}

function readNotice(data: Uint8Array): Notice | undefined {
  try {
    return Notice.safeParse(JSON.parse(Buffer.from(data).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
