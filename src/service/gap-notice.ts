import { noticeId } from '../classify/ids.ts';
import type { Notice } from '../contracts/notice.ts';
import { formatTime } from '../contracts/time.ts';
import type { MissedMessages } from '../nats/consume/reading-watch.ts';

/** That a stream dropped what was not read. Each worker sees it; they share the notice's id. */
export function gapNotice({ stream, durable, missed, upToSeq, inHand }: MissedMessages, nowMs: number): Notice {
  const what = inHand
    ? `${missed} messages that ${durable} had handed out, and of which no worker told what became: it was killed, or stopped, before it had read them, or killed within 10 s behind that`
    : `${missed} messages before ${durable} had read them`;
  return {
    schema: 'knell.notice/v1',
    notice_id: noticeId('gap', stream, durable, String(upToSeq), ...(inHand ? ['in hand'] : [])),
    kind: 'gap',
    at: formatTime(nowMs),
    message: `The stream ${stream} dropped ${what}. Failures among them got no verdict. Give the stream more room, or start more workers.`,
    stream,
    consumer: durable,
    missed,
    up_to_seq: upToSeq,
  };
}
