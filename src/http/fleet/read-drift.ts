import type { StoredMsg } from 'nats';
import type { DriftKind } from '../../contracts/api/drift.ts';
import { Notice } from '../../contracts/notice.ts';
import { parseRunTokens, type Run, runKey } from '../../contracts/run.ts';
import { BUCKETS, STREAMS } from '../../contracts/subjects.ts';
import { excerpt } from '../../decode/excerpt.ts';
import { lastMessage, nextMessage } from '../../nats/stored-message.ts';
import type { ApiWorld } from '../api/api-world.ts';

/** An answer holds so many kinds, those seen most often. */
const MAX_KINDS = 200;

type DriftWorld = Pick<ApiWorld, 'manager' | 'subjects' | 'store'>;

/** The kinds of failure that no rule knows, by how often they were seen; from their counts and the last notice of each. */
export async function readDrift({ manager, subjects, store }: DriftWorld): Promise<DriftKind[]> {
  const prefix = subjects.notices('drift', '');
  const { state } = await manager.streams.info(STREAMS.notices, { subjects_filter: `${prefix}>` });
  const fingerprints = Object.keys(state.subjects ?? {})
    .map((subject) => subject.slice(prefix.length))
    .filter((name) => /^[0-9a-f]{8,64}$/.test(name));
  const read = await Promise.all(
    fingerprints.map((fingerprint) => readKind({ manager, subjects, store }, fingerprint)),
  );
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
    lastMessage(manager, `KV_${BUCKETS.fleet}`, `$KV.${BUCKETS.fleet}.drift.${fingerprint}`),
  ]);
  const [began, notice] = [noticeIn(first), noticeIn(last)];
  if (!notice) return undefined;
  const [firstRun, run] = [runIn(began), runIn(notice)];
  const version = firstRun && (await store.get(firstRun))?.state.runtime_version;
  const count = Number(Buffer.from(counted?.data ?? []).toString('utf8'));
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
