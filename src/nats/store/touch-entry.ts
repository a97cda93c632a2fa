import { headers } from 'nats';
import type { Bucket } from './bucket.ts';
import { cameSecond, putIfUnchanged } from './compare-and-set.ts';

/** As long as an entry may be: where there is room for less, what was refused finds none either. */
const FILLER = new Uint8Array(1024);

/**
 * Finds out whether an entry of a bucket can be written, by writing what it is already, if nobody else writes it meanwhile.
 * Where there is none, a deletion is written: who reads finds nothing, as before.
 *
 * @throws a NATS error where it can't be written, or read
 */
export async function touchEntry(bucket: Bucket, key: string): Promise<void> {
  const entry = await bucket.get(key);
  if (entry?.operation === 'PUT') {
    await putIfUnchanged(bucket, key, entry.value, entry.revision);
    return;
  }
  const { jetstream, subjectOf } = bucket.writes;
  const head = headers();
  // As nats.js 2.29 writes a deletion, which itself can't expect that there is no entry.
  head.set('KV-Operation', 'DEL');
  head.set('Nats-Expected-Last-Subject-Sequence', String(entry?.revision ?? 0));
  try {
    await jetstream.publish(subjectOf(key), FILLER, { headers: head });
  } catch (error) {
    if (!cameSecond(error)) throw error;
  }
}
