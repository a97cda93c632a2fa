import type { JetStreamManager } from 'nats';
import { Notice } from '../contracts/notice.ts';
import { parseJson } from '../contracts/parse-json.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import { lastMessage } from './stored-message.ts';

/** The last drift notice with this fingerprint that the notices' stream still holds; undefined when there is none. */
export async function findDriftNotice(
  manager: JetStreamManager,
  subjects: Subjects,
  fingerprint: string,
): Promise<Notice | undefined> {
  const message = await lastMessage(manager, STREAMS.notices, subjects.notices('drift', fingerprint));
  return Notice.safeParse(parseJson(message?.data)).data;
}
