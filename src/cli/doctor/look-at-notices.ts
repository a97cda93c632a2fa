import type { JetStreamManager } from 'nats';
import { Notice } from '../../contracts/notice.ts';
import { parseJson } from '../../contracts/parse-json.ts';
import { STREAMS, type Subjects } from '../../contracts/subjects.ts';
import { lastMessage } from '../../nats/stored-message.ts';
import { momentOf } from '../terminal/when.ts';
import { type Check, orOk, warning } from './check.ts';

/** Kinds that want a person, of which none is told by another look. */
const WANT_A_PERSON = ['gap', 'clock', 'incident'] as const;

/** How long a notice is news, in milliseconds. */
const NEWS_MS = 3_600_000;

/** What knell itself has lately found that wants a person: the last notice of each kind, if it is of the last hour. */
export async function lookAtNotices(manager: JetStreamManager, subjects: Subjects): Promise<readonly Check[]> {
  const nowMs = Date.now();
  const last = await Promise.all(
    WANT_A_PERSON.map((kind) => lastMessage(manager, STREAMS.notices, subjects.notices(kind, '>'))),
  );
  const news = last.filter((message) => message && nowMs - message.time.getTime() < NEWS_MS);
  const problems = news.flatMap((message): Check[] => {
    const notice = Notice.safeParse(parseJson(message?.data)).data;
    return notice ? [warning('notices', `${notice.message} (${notice.kind}, ${momentOf(notice.at, nowMs)})`)] : [];
  });
  return orOk('notices', problems, 'none of the last hour wants a person');
}
