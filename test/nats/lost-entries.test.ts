import type { StreamInfo } from 'nats';
import { expect, test } from 'vitest';
import { lostEntries } from '../../src/nats/lost-entries.ts';

const NOW = Date.UTC(2026, 10, 30);
const HOUR_MS = 3_600_000;

function at(lastSeq: number, { replicas = 1, created = 'c1', maxAgeMs = 0, lastAgoMs = 0 } = {}): StreamInfo {
  return {
    created,
    config: { name: 'KNELL_LOGS', num_replicas: replicas, max_age: maxAgeMs * 1e6, max_bytes: -1, max_msgs: -1 },
    state: {
      messages: lastSeq,
      first_seq: 1,
      last_seq: lastSeq,
      first_ts: new Date(NOW - lastAgoMs - 1).toISOString(),
      last_ts: new Date(NOW - lastAgoMs).toISOString(),
    },
  } as unknown as StreamInfo;
}

test.each([
  ['went back', at(10), at(4), { how: 'back', lost: 6 }],
  ['is another one', at(10), at(3, { created: 'c2' }), { how: 'anew', lost: 10 }],
  ['has grown', at(10), at(14), undefined],
  [
    'is replicated, and was told of by a leader that has not caught up',
    at(10, { replicas: 3 }),
    at(4, { replicas: 3 }),
    undefined,
  ],
  [
    'was to keep no longer what is gone',
    at(10, { maxAgeMs: HOUR_MS, lastAgoMs: HOUR_MS }),
    at(0, { maxAgeMs: HOUR_MS, lastAgoMs: HOUR_MS }),
    undefined,
  ],
])('a stream that %s', (_, before, now, lost) => {
  expect(lostEntries(before, now, NOW)).toEqual(lost);
});
