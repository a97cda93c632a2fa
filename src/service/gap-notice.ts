import { noticeId } from '../classify/ids.ts';
import type { Notice } from '../contracts/notice.ts';
import { formatTime } from '../contracts/time.ts';
import type { ReadingEvents } from '../nats/consume/reading-watch.ts';

type Gap = Parameters<ReadingEvents['messagesMissed']>[0];

/** That a stream dropped what was not read. Each worker sees it; they share the notice's id. */
export function gapNotice({ stream, durable, missed, upToSeq }: Gap, nowMs: number): Notice {
  return {
    schema: 'knell.notice/v1',
    notice_id: noticeId('gap', stream, durable, String(upToSeq)),
    kind: 'gap',
    at: formatTime(nowMs),
    message: `The stream ${stream} dropped ${missed} messages before ${durable} had read them. Failures among them got no verdict. Give the stream more room, or start more workers.`,
    stream,
    consumer: durable,
    missed,
    up_to_seq: upToSeq,
  };
}
