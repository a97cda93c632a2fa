import { DiscardPolicy, nanos, RetentionPolicy, StorageType, type StreamConfig } from 'nats';
import { expect, test } from 'vitest';
import { createSubjects } from '../../src/contracts/subjects.ts';
import { misfitOf, wantedStream, weaknessesOf } from '../../src/nats/stream-settings.ts';

const own = wantedStream('runs', createSubjects(), 1) as unknown as StreamConfig;

test('a stream as knell creates it fits, and has no weakness', () => {
  expect([misfitOf(own, 'knell.runs.>'), weaknessesOf(own, 'runs')]).toEqual([undefined, []]);
});

test.each([
  [{ subjects: ['knell.>'] }, undefined],
  [{ subjects: ['knell.runs.*'] }, 'does not listen to knell.runs.>'],
  [{ subjects: ['other.>'] }, 'set KNELL_PREFIX'],
  [{ retention: RetentionPolicy.Workqueue }, 'needs retention "limits"'],
  [{ no_ack: true }, 'no_ack'],
  [{ allow_direct: false }, 'allow_direct'],
])('with %j it fits, or says why not: %s', (over, said) => {
  const misfit = misfitOf({ ...own, ...over }, 'knell.runs.>');
  expect(misfit ?? '').toContain(said ?? '');
  expect(misfit === undefined).toBe(said === undefined);
});

test.each([
  [{ storage: StorageType.Memory }, 'is kept in memory'],
  [{ discard: DiscardPolicy.New }, 'refuses new messages'],
  [{ max_age: nanos(3_600_000) }, 'forgets after 1 h; 168 h'],
  [{ deny_purge: false }, 'can be purged'],
  [{ duplicate_window: nanos(120_000) }, 'after 120 s; 600 s'],
])('with %j it is weaker', (over, said) => {
  expect(weaknessesOf({ ...own, ...over }, 'runs')).toEqual([expect.stringContaining(said)]);
});
