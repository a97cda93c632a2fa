import type { JetStreamManager, StoredMsg } from 'nats';
import type { DriftKind } from '../contracts/api/drift.ts';
import { Notice } from '../contracts/notice.ts';
import { parseRunTokens, type Run, runKey } from '../contracts/run.ts';
import { BUCKETS, STREAMS, type Subjects } from '../contracts/subjects.ts';
import { excerpt } from '../decode/excerpt.ts';
import type { RunStore } from '../pipeline/ports/ports.ts';
import { lastMessage, nextMessage } from './stored-message.ts';

/** The name of a kind of unknown failure: the version of how it is made, and a hash; before versions, the hash alone. */
export const FINGERPRINT = /^(?:v\d{1,4}-)?[0-9a-f]{8,64}$/;

/** An answer holds so many kinds, those seen most often. */
const MAX_KINDS = 200;

export interface DriftWorld {
  readonly manager: JetStreamManager;
  readonly subjects: Subjects;
  /** Left out where the service's own buckets can't be read: counts are then those of notices (1, 10, 100 …). */
  readonly store?: Pick<RunStore, 'get'>;
}

/** The kinds of failure that no rule knows, by how often they were seen; from their counts and the last notice of each. */
export async function readDrift({ manager, subjects, store }: DriftWorld): Promise<DriftKind[]> {
  const prefix = subjects.notices('drift', '');
  const { state } = await manager.streams.info(STREAMS.notices, { subjects_filter: `${prefix}>` });
  const fingerprints = Object.keys(state.subjects ?? {})
    .map((subject) => subject.slice(prefix.length))
    .filter((name) => FINGERPRINT.test(name));
  const about = { manager, subjects, ...(store && { store }) };
  const read = await Promise.all(fingerprints.map((fingerprint) => readKind(about, fingerprint)));
  return read
    .filter((kind) => kind !== undefined)
    .sort((a, b) => b.count - a.count || (a.last_at < b.last_at ? 1 : -1))
    .slice(0, MAX_KINDS);
}

async function readKind({ manager, subjects, store }: DriftWorld, fingerprint: string): Promise<DriftKind | undefined> {
  const subject = subjects.notices('drift', fingerprint);
  const [first, last, counted] = await Promise.all([
    nextMessage(manager, STREAMS.notices, subject, 1),
    lastMessage(manager, STREAMS.notices, subject),
    store && lastMessage(manager, `KV_${BUCKETS.fleet}`, `$KV.${BUCKETS.fleet}.drift.${fingerprint}`),
  ]);
  const [began, notice] = [noticeIn(first), noticeIn(last)];
  if (!notice) return undefined;
  const [firstRun, run] = [runIn(began), runIn(notice)];
  const version = firstRun && (await store?.get(firstRun))?.state.runtime_version;
  const count = Number(counted ? Buffer.from(counted.data).toString('utf8') : notice.count);
  return {
    fingerprint,
    count: Number.isSafeInteger(count) && count > 0 ? count : 1,
    runtime: text(notice.runtime),
    ...(version !== undefined && { since_version: excerpt(version, 64) }),
    event: text(notice.event),
    excerpt: text(notice.excerpt),
    last_at: notice.at,
    ...(began && { first_at: began.at }),
    ...(run && { run: runKey(run) }),
  };
}

function noticeIn(message: StoredMsg | undefined): Notice | undefined {
  try {
    return Notice.safeParse(JSON.parse(Buffer.from(message?.data ?? []).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

function runIn(notice: Notice | undefined): Run | undefined {
  return notice && parseRunTokens([text(notice.agent), text(notice.execution), `${notice.attempt}`]);
}

function text(value: Notice[string]): string {
  return typeof value === 'string' ? value : '';
}
