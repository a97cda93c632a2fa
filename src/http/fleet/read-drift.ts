import type { DriftKind } from '../../contracts/api/drift.ts';
import type { Notice } from '../../contracts/notice.ts';
import { parseRunTokens, runKey } from '../../contracts/run.ts';
import { BUCKETS, STREAMS } from '../../contracts/subjects.ts';
import { findDriftNotice } from '../../nats/notice-history.ts';
import { lastMessage } from '../../nats/stored-message.ts';
import type { ApiWorld } from '../api/api-world.ts';

/** As many kinds are told of, those seen most often. */
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

async function readKind(world: DriftWorld, fingerprint: string): Promise<DriftKind | undefined> {
  const { manager, subjects, store } = world;
  const [notice, counted] = await Promise.all([
    findDriftNotice(manager, subjects, fingerprint),
    lastMessage(manager, `KV_${BUCKETS.fleet}`, `$KV.${BUCKETS.fleet}.drift.${fingerprint}`),
  ]);
  if (!notice) return undefined;
  const run = parseRunTokens([text(notice.agent), text(notice.execution), `${notice.attempt}`]);
  const state = run && (await store.get(run))?.state;
  const count = Number(Buffer.from(counted?.data ?? []).toString('utf8'));
  return {
    fingerprint,
    count: Number.isSafeInteger(count) && count > 0 ? count : 1,
    runtime: text(notice.runtime),
    versions: state?.runtime_version === undefined ? [] : [state.runtime_version.slice(0, 64)],
    event: text(notice.event),
    excerpt: text(notice.excerpt),
    last_at: notice.at,
    ...(typeof notice.first_at === 'string' && { first_at: notice.first_at }),
    ...(run && { run: runKey(run) }),
  };
}

function text(value: Notice[string]): string {
  return typeof value === 'string' ? value : '';
}
