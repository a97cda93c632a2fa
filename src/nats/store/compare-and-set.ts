import { NatsError } from 'nats';
import type { Bucket } from './bucket.ts';

/** JetStream's error code for "wrong last sequence": another writer was first. */
const WRONG_LAST_SEQUENCE = 10071;

/** Whether a publication or a write was refused because another one came first. */
export function cameSecond(error: unknown): boolean {
  return error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE;
}

/**
 * Writes an entry if it has not been written since `revision`; 0: if there is none.
 * @returns false when another writer was first
 */
export async function putIfUnchanged(
  bucket: Bucket,
  key: string,
  data: string | Uint8Array,
  revision: number,
): Promise<boolean> {
  return (await revisionPut(bucket, key, data, revision)) !== undefined;
}

/** The same; returns the revision that was written, and undefined when another writer was first. */
export async function revisionPut(
  bucket: Bucket,
  key: string,
  data: string | Uint8Array,
  revision: number,
): Promise<number | undefined> {
  try {
    // An update from revision 0 is refused by nats.js; creating also takes the place of a deleted entry.
    if (revision === 0) return await bucket.create(key, data);
    // In a cluster, nats-server 2.9 compares revisions before the write is agreed on, so two writes that are under way
    // at once both pass, and one is lost. Ids are compared when the write is applied: each revision may be followed by
    // one write, and the second is a duplicate. (A create is compared when it is applied.)
    const { jetstream, subjectOf } = bucket.writes;
    const { duplicate, seq } = await jetstream.publish(subjectOf(key), data, {
      msgID: `${key}@${revision}`,
      expect: { lastSubjectSequence: revision },
    });
    return duplicate ? undefined : seq;
  } catch (error) {
    if (cameSecond(error)) return undefined;
    throw error;
  }
}
