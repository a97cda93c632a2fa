import type { JetStreamClient } from 'nats';
import { Notice } from '../../contracts/notice.ts';
import { parseJson } from '../../contracts/parse-json.ts';
import { STREAMS, type Subjects } from '../../contracts/subjects.ts';
import type { Logger } from '../../logging/logger.ts';
import { followStream } from '../../nats/follow-stream.ts';
import { withNotice } from './latest-notices.ts';

const DAY_MS = 86_400_000;
/** As many notices of a kind are kept. */
const MAX_OF_A_KIND = 100;

/** The notices of the last day, the latest hundred of each kind, newest first; and each new one. */
export interface NoticeFeed {
  all(): readonly Notice[];
  watch(listener: (notice: Notice) => void): () => void;
  stop(): void;
}

/** Follows the notices' stream: those of the day before `nowMs`, and each new one. Where the server goes away, it goes on when it is back. */
export async function startNoticeFeed(
  jetstream: JetStreamClient,
  subjects: Subjects,
  nowMs: number,
  log: Pick<Logger, 'warn'>,
): Promise<NoticeFeed> {
  let notices: readonly Notice[] = [];
  const listeners = new Set<(notice: Notice) => void>();
  function take(notice: Notice): void {
    const { notice_id } = notice;
    if (notice_id !== undefined && notices.some((known) => known.notice_id === notice_id)) return;
    notices = withNotice(notices, notice, MAX_OF_A_KIND);
    for (const listener of listeners) listener(notice);
  }

  const stop = await followStream(
    jetstream,
    {
      stream: STREAMS.notices,
      subject: subjects.all('notices'),
      since: new Date(nowMs - DAY_MS),
      compare: {
        onReopened: (reason) => log.warn({ reason }, 'the notices did not go on by themselves; following them anew'),
      },
    },
    (message) => {
      const notice = Notice.safeParse(parseJson(message.data)).data;
      if (notice) take(notice);
    },
  );
  return {
    all: () => notices,
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop,
  };
}
