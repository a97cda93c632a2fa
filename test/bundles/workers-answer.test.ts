import { expect, it } from 'vitest';
import { answerTo } from '../../src/bundles/workers-answer.ts';
import type { WorkerRules } from '../../src/contracts/worker-rules.ts';

const digest = 'a'.repeat(64);
const at = '2026-11-22T12:00:00.000Z';

function worker(name: string, over: Partial<WorkerRules> = {}): WorkerRules {
  const about = { schema: 'knell.worker/v1', host: 'h', version: '1.0.0', source: 'published', since: at } as const;
  return { ...about, worker: name, digest: 'b', followed: { active: 1 }, ...over };
}
const refusing = (pointer: string, serial: number) => ({
  refused: { pointer, serial, at, findings: [{ code: 'bundle-older', message: 'older' }] },
});

const move = { name: 'active', serial: 2, digest } as const;

it('tells who took a move, who refused it and why, and who has not said anything', () => {
  const workers = [
    worker('took', { followed: { active: 2 } }),
    worker('ahead', { followed: { active: 3 } }),
    worker('refused', refusing('active', 2)),
    worker('slow'),
    worker('of old', refusing('active', 1)),
  ];
  expect(answerTo(move, workers, [])).toEqual({
    took: ['took', 'ahead'],
    refused: [{ worker: 'refused', findings: [{ code: 'bundle-older', message: 'older' }] }],
    silent: ['slow', 'of old'],
  });
});

it('takes the digest of a worker that tells of no moves', () => {
  const { followed: _, ...old } = worker('old', { digest });
  expect(answerTo(move, [old], [])).toMatchObject({ took: ['old'] });
  expect(answerTo({ ...move, digest: 'c'.repeat(64) }, [old], [])).toMatchObject({ silent: ['old'] });
});

it('asks only those whom the pointer is for', () => {
  const workers = [worker('plain'), worker('canary', { group: 'canary' }), worker('other', { group: 'other' })];
  const asked = (name: 'active' | 'candidate' | 'pin.canary', pinned: readonly 'pin.canary'[] = []) =>
    answerTo({ ...move, name }, workers, pinned).silent;
  expect(asked('active')).toEqual(['plain', 'canary', 'other']);
  expect(asked('active', ['pin.canary'])).toEqual(['plain', 'other']);
  expect(asked('pin.canary')).toEqual(['canary']);
  expect(asked('candidate')).toEqual(['plain', 'canary', 'other']);
});

it('goes by what a worker says of the candidate, where that was moved', () => {
  const candidate = { since: at, tried: 0, left_out: 0, ...refusing('candidate', 2) };
  const workers = [worker('refused', { candidate }), worker('took', { followed: { candidate: 2 } })];
  expect(answerTo({ ...move, name: 'candidate' }, workers, [])).toMatchObject({
    took: ['took'],
    refused: [{ worker: 'refused' }],
    silent: [],
  });
});
