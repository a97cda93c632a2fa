import type { JetStreamManager } from 'nats';
import { Notice } from '../contracts/notice.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import { readStored } from './read-stored.ts';

/** The drift notices with this fingerprint that the notices' stream still holds, oldest first. */
export async function driftNotices(
  manager: JetStreamManager,
  subjects: Subjects,
  fingerprint: string,
): Promise<readonly Notice[]> {
  const found: Notice[] = [];
  for await (const value of readStored(manager, STREAMS.notices, subjects.notices('drift', fingerprint))) {
    const notice = Notice.safeParse(value).data;
    if (notice) found.push(notice);
  }
  return found;
}
