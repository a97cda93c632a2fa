import type { JetStreamManager } from 'nats';
import { FailureRecord } from '../contracts/failure-record.ts';
import { parseJson } from '../contracts/parse-json.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import { nextMessage } from './stored-message.ts';

/** A failure record of a run that would have been ended, and when it was stored first. */
export interface StoredWouldAbort {
  readonly record: FailureRecord;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/**
 * The records that say what shadow mode, or a rule that is tried, would have done since a moment; each once. What a candidate
 * would have done is not among them.
 */
export async function* wouldAborts(
  manager: JetStreamManager,
  subjects: Subjects,
  sinceMs: number,
): AsyncGenerator<StoredWouldAbort> {
  for await (const found of storedWouldAborts(manager, subjects, sinceMs)) if (!found.record.candidate) yield found;
}

/** The records that say what a candidate would have done, whichever it was; each once. */
export async function* candidateRecords(manager: JetStreamManager, subjects: Subjects): AsyncGenerator<FailureRecord> {
  for await (const { record } of storedWouldAborts(manager, subjects, 0)) if (record.candidate) yield record;
}

async function* storedWouldAborts(
  manager: JetStreamManager,
  subjects: Subjects,
  sinceMs: number,
): AsyncGenerator<StoredWouldAbort> {
  const seen = new Set<string>();
  for (let seq = 1; ; ) {
    const message = await nextMessage(manager, STREAMS.failures, subjects.all('failures'), seq);
    if (!message) return;
    seq = message.seq + 1;
    const atMs = message.time.getTime();
    if (atMs < sinceMs) continue;
    const record = recordIn(message.data);
    if (record?.disposition !== 'would_abort' || seen.has(record.record_id)) continue;
    seen.add(record.record_id);
    yield { record, atMs };
  }
}

function recordIn(data: Uint8Array): FailureRecord | undefined {
  return FailureRecord.safeParse(parseJson(data)).data;
}
