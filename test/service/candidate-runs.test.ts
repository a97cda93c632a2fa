import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/classify/policy.ts';
import type { FailureRecord } from '../../src/contracts/failure-record.ts';
import type { Run } from '../../src/contracts/run.ts';
import { createLogger } from '../../src/logging/logger.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import {
  type CandidateRuns,
  type CandidateRunsOptions,
  createCandidateRuns,
} from '../../src/service/candidate-runs.ts';
import { claude } from '../support/claude-lines.ts';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import { useNatsServer } from '../support/nats.ts';
import { rulesFrom } from '../support/rules.ts';
import { say, subjects } from '../support/service.ts';

const nats = useNatsServer();
const rulesOn = (words: string) =>
  rulesFrom(`pack: acme\nrules: [{ id: eager, match: [{ event: result, text: '^Failure ${words}' }] }]`);
const active = rulesOn('active');
const candidate = rulesOn('eager');
let clock: ManualClock;
let records: FailureRecord[];
let runs: CandidateRuns | undefined;
let last = 0;

beforeAll(async () => {
  await ensureStreams(nats.connection, subjects);
});
beforeEach(() => {
  clock = createManualClock(0);
  [records, runs] = [[], undefined];
});
afterEach(() => runs?.stop());

async function create(more: Partial<CandidateRunsOptions> = {}): Promise<CandidateRuns> {
  runs = createCandidateRuns({
    manager: await nats.connection.jetstreamManager(),
    subjects,
    unlabelled: undefined,
    publisher: { record: async (record) => void records.push(record) },
    rules: () => active,
    candidate: () => candidate,
    policy: () => DEFAULT_POLICY,
    clock,
    log: createLogger('silent'),
    limits: { share: 1 },
    ...more,
  });
  return runs;
}

/** A run that says so in some messages, and exits; as a worker hears of it. */
async function ended(messages: readonly string[][], code = 1): Promise<{ run: Run; atMs: number }> {
  last += 1;
  const run: Run = { agent: 'a1', execution: `e${last}`, attempt: 1 };
  for (const lines of messages) await say(nats.connection, run, 'stdout', lines, { 'Knell-Runtime': 'claude-code' });
  const exited = { schema: 'knell.run/v1', type: 'exited', ...run, at: '2026-11-22T12:00:00.000Z', code };
  const { seq } = await nats.connection.jetstream().publish(subjects.runs(run), JSON.stringify(exited));
  const manager = await nats.connection.jetstreamManager();
  return { run, atMs: (await manager.streams.getMessage('KNELL_RUNS', { seq })).time.getTime() };
}
const doomed = () => ended([[claude.init()], [claude.fails('Failure eager', 402)]]);

describe('a run that has ended', () => {
  it('is tried, and what the candidate would have ended is recorded in its name', async () => {
    const one = await create();
    const [bad, good, other] = [await doomed(), await ended([[claude.init()]], 0), await ended([[claude.init()]])];
    for (const run of [bad, good, other]) one.take(run);
    await expect.poll(() => one.counts(candidate.digest)).toEqual({ tried: 3, left_out: 0 });
    expect(records).toMatchObject([
      { ...bad.run, disposition: 'would_abort', candidate: { digest: candidate.digest, ended: 'failed' } },
    ]);
    expect(one.counts('another')).toEqual({ tried: 0, left_out: 0 });
  });

  it('is not tried where there is no candidate, or it is what is active', async () => {
    let current: typeof candidate | undefined;
    const one = await create({ candidate: () => current });
    one.take(await doomed());
    current = active;
    one.take(await doomed());
    current = candidate;
    one.take(await doomed());
    await expect.poll(() => one.counts(candidate.digest)).toEqual({ tried: 1, left_out: 0 });
    expect(one.counts(active.digest)).toEqual({ tried: 0, left_out: 0 });
  });

  it('is not tried where knell has ended it: how it would have ended is not known', async () => {
    const one = await create();
    const [mine, other] = [await doomed(), await doomed()];
    const late = await ended([[claude.init()], [claude.fails('Failure eager', 402)]]);
    for (const { run } of [mine, late]) {
      // Before the exit is looked at, in the same use of the id.
      await nats.connection.jetstream().publish(subjects.aborts(run), '{}');
    }
    for (const run of [mine, late, other]) one.take(run);
    await expect.poll(() => one.counts(candidate.digest)).toEqual({ tried: 1, left_out: 0 });
    expect(records.map(({ execution }) => execution)).toEqual([other.run.execution]);
  });
});

describe('what it costs is bounded', () => {
  it('work is followed by a rest, in which nothing is read', async () => {
    let rests = 0;
    const counted: ManualClock = {
      ...clock,
      after(delayMs, callback) {
        rests += 1;
        return clock.after(delayMs, callback);
      },
    };
    // So small a share that each message is worth a rest.
    const one = await create({ clock: counted, limits: { share: 0.000_1 } });
    one.take(await doomed());
    one.take(await doomed());
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(one.counts(candidate.digest)).toEqual({ tried: 0, left_out: 0 });
    await expect
      .poll(async () => {
        await clock.advance(3_600_000);
        return one.counts(candidate.digest);
      })
      .toEqual({ tried: 2, left_out: 0 });
    expect(records).toHaveLength(2);
    // After what it asks about each run, and after the message that does not decide.
    expect(rests).toBeGreaterThanOrEqual(4);
  });

  it('a burst of ends is sampled', async () => {
    const one = await create({ limits: { share: 0.000_1, waiting: 2 } });
    const run = await doomed();
    for (let n = 0; n < 10; n += 1) one.take(run);
    // One is looked at, two wait.
    expect(one.counts(candidate.digest)).toEqual({ tried: 0, left_out: 7 });
  });

  it('a run that has printed too much is left out', async () => {
    const one = await create({ limits: { share: 1, bytes: 500 } });
    one.take(await ended([[claude.init()], ['x'.repeat(1_000)], [claude.fails('Failure eager', 402)]]));
    await expect.poll(() => one.counts(candidate.digest)).toEqual({ tried: 0, left_out: 1 });
    expect(records).toEqual([]);
  });

  it('it stops in the middle of a run, and says nothing of that', async () => {
    const one = await create({ limits: { share: 0.000_1 } });
    one.take(await doomed());
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await one.stop();
    one.take(await doomed());
    expect([records, one.counts(candidate.digest).tried]).toEqual([[], 0]);
  });
});
