import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rulesCommand } from '../../../src/cli/rules/rules.ts';
import { preflightCommand } from '../../../src/cli/subscriptions/preflight.ts';
import { whyCommand } from '../../../src/cli/why.ts';
import { FailureRecord } from '../../../src/contracts/failure-record.ts';
import type { RulesPointer } from '../../../src/contracts/rules-pointer.ts';
import type { Run } from '../../../src/contracts/run.ts';
import { openRules } from '../../../src/nats/ensure-streams.ts';
import { readStored } from '../../../src/nats/read-stored.ts';
import { claude } from '../../support/claude-lines.ts';
import { type CommandResult, runCommand } from '../../support/command.ts';
import { useNatsServer } from '../../support/nats.ts';
import { packText, type SomeRules } from '../../support/rule-files.ts';
import { nextAbort, say, subjects } from '../../support/service.ts';
import { started } from '../../support/subscriptions.ts';
import { startWorkerProcess, type WorkerProcess } from '../../support/worker-process.ts';

/*
 * A real worker on a real server, with a candidate beside the active rules that would end healthy runs.
 */
const nats = useNatsServer();
const work = mkdtempSync(join(tmpdir(), 'knell-live-candidate-'));
const asked = { scope: 'subscription', promotion: '{ right: 2, days: 0 }' } as const;
let worker: WorkerProcess;
let active: RulesPointer;
let candidate: RulesPointer;

const rules = (...args: string[]): Promise<CommandResult> =>
  runCommand(rulesCommand(), ['rules', ...args], { NATS_URL: nats.server.url });

async function publish(some: SomeRules, ...args: string[]): Promise<RulesPointer> {
  const path = mkdtempSync(join(work, 'published-'));
  writeFileSync(join(path, 'acme.yaml'), packText(some));
  const { code, err, out } = await rules('publish', path, '--json', ...args);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as RulesPointer;
}

/** What is recorded of a run, each record in its last version: by the candidate, or by the rules in force. */
async function recordsBy(whose: 'candidate' | 'active', { agent, execution, attempt }: Run): Promise<FailureRecord[]> {
  const found = new Map<string, FailureRecord>();
  const filter = `knell.failures.*.*.${agent}.${execution}.${attempt}`;
  const manager = await nats.connection.jetstreamManager();
  for await (const one of readStored(manager, 'KNELL_FAILURES', filter)) {
    const record = FailureRecord.parse(one);
    found.set(record.record_id, record);
  }
  return [...found.values()].filter(({ candidate: tried }) => (tried !== undefined) === (whose === 'candidate'));
}

const runCalled = (execution: string, attempt = 1): Run => ({ agent: 'a1', execution, attempt });
const exitOf = (run: Run, code: number) =>
  nats.connection
    .jetstream()
    .publish(
      subjects.runs(run),
      JSON.stringify({ schema: 'knell.run/v1', type: 'exited', ...run, at: '2026-11-22T12:00:00.000Z', code }),
    );

const speak = (run: Run, says: string, subscription: string) =>
  say(nats.connection, run, 'stdout', [claude.init(), claude.fails(says, 402)], {
    'Knell-Runtime': 'claude-code',
    'Knell-Subscription': subscription,
  });

/** A whole run: it says this, and then exits. */
async function live(run: Run, says: string, code: number, subscription = 'team-a'): Promise<void> {
  await speak(run, says, subscription);
  await exitOf(run, code);
}

/** Its host says with which subscription's token it runs. */
const startWith = (run: Run, subscription: string) =>
  nats.connection
    .jetstream()
    .publish(
      subjects.runs(run),
      JSON.stringify(
        started(run, { subscription, credential: { kind: 'oauth', fingerprint: `print-${subscription}` } }),
      ),
    );

/** Its host says that it ended the run as it was told to. */
const acknowledge = (run: Run, command_id: string) =>
  nats.connection.jetstream().publish(
    subjects.acks(run),
    JSON.stringify({
      schema: 'knell.ack/v1',
      command_id,
      ...run,
      outcome: 'terminated',
      by: 'test',
      at: '2026-11-22T12:00:00.000Z',
    }),
  );

const answerFor = async (subscription: string): Promise<string> => {
  const args = ['preflight', '--subscription', subscription, '--json'];
  return JSON.parse((await runCommand(preflightCommand(), args, { NATS_URL: nats.server.url })).out).answer;
};

beforeAll(async () => {
  active = await publish(asked);
  worker = await startWorkerProcess(nats.server.url, folderOf(), { KNELL_STATE: join(work, 'state') });
  candidate = await publish({ version: '2.0.0', more: ['eager'], ...asked }, '--candidate');
});
afterAll(async () => {
  await worker.kill('SIGTERM');
  rmSync(work, { recursive: true, force: true });
});

function folderOf(): string {
  const path = mkdtempSync(join(work, 'folder-'));
  writeFileSync(join(path, 'acme.yaml'), packText());
  return path;
}

/** The worker runs the active rules, and tries the candidate beside them. */
async function untilTried(): Promise<void> {
  const status = async () => JSON.parse((await rules('status', '--json')).out).workers;
  await expect.poll(status).toMatchObject([{ digest: active.digest, candidate: { digest: candidate.digest } }]);
}

it('a candidate that would kill healthy runs is stopped by what it said of them live, before any harm', async () => {
  await untilTried();
  const doomed = [1, 2, 3].map((n) => runCalled(`doomed${n}`));
  for (const run of doomed) await live(run, 'Failure eager', 1);
  const healthy = runCalled('healthy');
  await live(healthy, 'Failure eager', 0);

  for (const [run, ended] of [...doomed.map((one) => [one, 'failed'] as const), [healthy, 'succeeded'] as const]) {
    await expect
      .poll(() => recordsBy('candidate', run))
      .toMatchObject([
        {
          disposition: 'would_abort',
          mode: 'shadow',
          reason: expect.stringContaining('candidate'),
          rule: { id: 'eager', digest: candidate.digest },
          candidate: { digest: candidate.digest, ended },
        },
      ]);
  }
  const manager = await nats.connection.jetstreamManager();
  expect((await manager.streams.info('KNELL_ABORTS')).state.messages).toBe(0);

  // The output has grown too old: what the worker has recorded is all that is left.
  const { state } = await manager.streams.info('KNELL_LOGS');
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1)
    await manager.streams.deleteMessage('KNELL_LOGS', seq);
  const report = await rules('report', '--json');
  expect(report.code).toBe(1);
  expect(JSON.parse(report.out)).toMatchObject({
    rules: {},
    candidate: { digest: candidate.digest, right: 3, wrong: 1, unknown: 0, wrong_runs: ['a1.healthy.1'] },
  });

  expect(await rules('promote')).toMatchObject({ code: 1, err: expect.stringContaining('a1.healthy.1') });
  const { pointers } = await openRules(nats.connection);
  expect((await pointers.get('active'))?.pointer).toMatchObject({ serial: 1, action: 'publish' });
  // Whoever promotes it all the same stands in the pointer for good, with what spoke against it.
  expect((await rules('promote', '--force', '--why', 'a drill')).code).toBe(0);
  expect((await pointers.get('active'))?.pointer).toMatchObject({
    action: 'promote',
    by: expect.any(String),
    why: expect.stringMatching(/^a drill \(3 right, 1 wrong, 0 unknown\); forced although: .*a1\.healthy\.1/),
  });
  expect((await rules('rollback', '--why', 'the drill is over')).code).toBe(0);
});

it('a candidate changes nothing that the active rules decide, and no answer to a preflight', async () => {
  await untilTried();
  const tried = runCalled('tried');
  await startWith(tried, 'team-tried');
  await live(tried, 'Failure eager', 1, 'team-tried');
  await expect.poll(() => recordsBy('candidate', tried)).toHaveLength(1);

  // Why a run failed is not what a candidate says of it.
  const why = async () =>
    (await runCommand(whyCommand(), ['why', 'a1.tried.1', '--json'], { NATS_URL: nats.server.url })).out;
  await expect.poll(why).toContain('"outcome":"failed"');
  expect(await why()).not.toContain('acme/eager');

  const run = runCalled('licence');
  const abort = nextAbort(nats.connection, run);
  await startWith(run, 'team-licence');
  await speak(run, 'Licence expired', 'team-licence');
  const command = await abort;
  expect(command.rule.digest).not.toBe(candidate.digest);
  await acknowledge(run, command.command_id);
  await exitOf(run, 1);
  // Runs are looked at in their turn: when this one has been, the one before it has been too.
  const after = runCalled('after');
  await live(after, 'Failure eager', 1);
  await expect.poll(() => recordsBy('candidate', after)).toHaveLength(1);
  expect(await recordsBy('candidate', run)).toEqual([]);
  expect(await recordsBy('active', run)).toMatchObject([{ disposition: 'aborted' }]);

  await expect.poll(() => answerFor('team-licence')).toBe('refused');
  expect(await answerFor('team-tried')).toBe('serviceable');
});

it('a run id that is used again counts for each use', async () => {
  const count = async () => {
    const { right, wrong, wrong_runs } = JSON.parse((await rules('report', '--json')).out).candidate;
    return { right, wrong, wrong_runs };
  };
  const before = await count();
  const again = runCalled('again');
  const start = (pid: number) =>
    nats.connection.jetstream().publish(
      subjects.runs(again),
      JSON.stringify({
        schema: 'knell.run/v1',
        type: 'started',
        ...again,
        at: `2026-11-22T12:00:0${pid}.000Z`,
        runtime: 'claude-code',
        pid,
      }),
    );
  await start(1);
  await live(again, 'Failure eager', 1);
  await expect.poll(() => recordsBy('candidate', again)).toHaveLength(1);
  await start(2);
  await live(again, 'Failure eager', 0);
  await expect.poll(() => recordsBy('candidate', again)).toHaveLength(2);
  expect((await recordsBy('candidate', again)).map((record) => record.candidate?.ended)).toEqual([
    'failed',
    'succeeded',
  ]);
  await live(runCalled('again', 2), 'Failure eager', 1);
  await expect.poll(() => recordsBy('candidate', runCalled('again', 2))).toHaveLength(1);
  expect(await count()).toEqual({
    right: before.right + 2,
    wrong: before.wrong + 1,
    wrong_runs: [...before.wrong_runs, 'a1.again.1'],
  });
});

it('a candidate that is withdrawn is not tried any more', async () => {
  expect(await rules('withdraw', '--why', 'it ends healthy runs')).toMatchObject({ code: 0, err: '' });
  const status = async () => JSON.parse((await rules('status', '--json')).out).workers;
  await expect.poll(status).toEqual([expect.not.objectContaining({ candidate: expect.anything() })]);
  expect(await rules('withdraw')).toMatchObject({ code: 2, err: expect.stringContaining('there is no candidate') });
  expect(await rules('promote')).toMatchObject({ code: 2, err: expect.stringContaining('there is no candidate') });
  expect(JSON.parse((await rules('report', '--json')).out).candidate).toBeNull();
});
