import { expect, test } from 'vitest';
import { judgeMode, judgeRules, judgeWorkers } from '../../../src/cli/doctor/look-at-workers.ts';
import { NO_FLEET_MODE } from '../../../src/contracts/fleet-mode.ts';
import type { WorkerRules } from '../../../src/contracts/worker-rules.ts';
import { VERSION } from '../../../src/service/version.ts';

const at = '2026-11-28T12:00:00.000Z';
const digest = 'ab'.repeat(32);
const worker: WorkerRules = {
  schema: 'knell.worker/v1',
  worker: 'w1',
  host: 'h1',
  version: VERSION,
  source: 'folder',
  digest,
  since: at,
};
const levels = (checks: readonly { level: string; message: string }[]) =>
  checks.map(({ level, message }) => [level, message]);

test('workers that answer are counted, and one of another version is told', () => {
  expect(levels(judgeWorkers([VERSION, VERSION], []))).toEqual([['ok', `2 answer, version ${VERSION}`]]);
  expect(judgeWorkers([VERSION, '9.9.9'], [])[0]).toMatchObject({
    level: 'warning',
    message: expect.stringContaining('9.9.9'),
  });
  expect(judgeWorkers([], [worker])[0]).toMatchObject({
    level: 'failed',
    message: expect.stringContaining('w1 on h1 ran lately'),
  });
});

test('rules are told by worker; a refusal with its reason', () => {
  expect(judgeRules([worker], digest)[0]).toMatchObject({ level: 'ok', message: 'abababababab on w1 (h1), published' });
  const findings = [{ code: 'engine-older', message: 'This knell is too old.' }];
  const refused = { pointer: 'active', serial: 2, digest, at, findings };
  expect(judgeRules([{ ...worker, refused }], digest)[0]).toMatchObject({
    level: 'failed',
    message: 'worker w1 on h1 refused abababababab: engine-older: This knell is too old.',
  });
});

test('workers with different rules are told, unless groups are meant to differ', () => {
  const other = { ...worker, worker: 'w2', digest: 'cd'.repeat(32) };
  expect(judgeRules([worker, other], undefined)[0]).toMatchObject({
    level: 'warning',
    message: expect.stringContaining('publish one for all'),
  });
  expect(judgeRules([worker, { ...other, group: 'canary' }], digest)[0]?.level).toBe('ok');
});

test('a fleet that ends no run, and a rule that may not, are told with the way back', () => {
  expect(judgeMode(NO_FLEET_MODE)[0]?.level).toBe('ok');
  const because = { reason: 'a try', by: 'kim', at };
  expect(judgeMode({ ...NO_FLEET_MODE, mode: 'shadow', because })[0]?.message).toContain('a try, kim');
  const shadowed = { 'acme/x': { ...because, over: 'cost' as const } };
  expect(judgeMode({ ...NO_FLEET_MODE, shadowed })[0]?.message).toContain('acme/x is in quarantine: a try');
});
