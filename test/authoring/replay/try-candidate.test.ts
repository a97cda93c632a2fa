import { expect, it } from 'vitest';
import { type TriedRun, tryCandidate } from '../../../src/authoring/replay/try-candidate.ts';
import type { FailureRecord } from '../../../src/contracts/failure-record.ts';
import type { Run } from '../../../src/contracts/run.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import type { RunMoment } from '../../../src/pipeline/ports/run-moment.ts';
import { claude } from '../../support/claude-lines.ts';
import { T0 } from '../../support/messages.ts';
import { rulesFrom } from '../../support/rules.ts';

const rules = rulesFrom("pack: acme\nrules: [{ id: eager, match: [{ event: result, text: '^Failure eager' }] }]");
const DIGEST = 'a'.repeat(64);
const runCalled = (execution: string): Run => ({ agent: 'a1', execution, attempt: 1 });

/** A run that says this two seconds after its first line and ends a minute after that. */
function stored(
  execution: string,
  says: string,
  ended: TriedRun['ending']['ended'],
  more: Partial<TriedRun> = {},
): TriedRun {
  const run = runCalled(execution);
  const output = (atMs: number, seq: number, line: string): RunMoment => ({
    atMs,
    output: {
      stream: 'stdout',
      subject: `knell.logs.a1.${execution}.1.stdout`,
      data: Buffer.from(`${line}\n`),
      header: (name) => (name === 'Knell-Runtime' ? 'claude-code' : undefined),
      labelled: true,
      seq,
    },
  });
  return {
    run,
    name: `a1.${execution}.1`,
    ending: { ended, atMs: ended === 'unknown' ? undefined : T0 + 62_000 },
    async *moments() {
      yield output(T0, 1, claude.init());
      yield output(T0 + 2_000, 2, claude.fails(says, 402));
    },
    ...more,
  };
}

/** What a worker recorded of a run that the candidate would have ended ten seconds before its end. */
function recorded(execution: string, ended: 'failed' | 'succeeded', digest = DIGEST): FailureRecord {
  return {
    ...runCalled(execution),
    issued_at: formatTime(T0 + 52_000),
    rule: { pack: 'acme', id: 'recorded', version: '1.0.0', digest },
    candidate: { digest, ended, ended_at: formatTime(T0 + 62_000) },
  } as FailureRecord;
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const tried = async (records: readonly FailureRecord[], runs: readonly TriedRun[]) =>
  tryCandidate({ digest: DIGEST, rules, records, runs: each(runs), nowMs: T0 + 3_600_000 });

it('decides the stored runs anew, and says how much later each really ended', async () => {
  const runs = [
    stored('doomed', 'Failure eager', 'failed'),
    stored('healthy', 'Failure eager', 'succeeded'),
    stored('open', 'Failure eager', 'unknown'),
    stored('other', 'Nothing known', 'failed'),
  ];
  expect(await tried([], runs)).toEqual({
    runs: [
      { run: 'a1.doomed.1', rule: 'acme/eager', ended: 'failed', laterMs: 60_000 },
      { run: 'a1.healthy.1', rule: 'acme/eager', ended: 'succeeded', laterMs: 60_000 },
      { run: 'a1.open.1', rule: 'acme/eager', ended: 'unknown', laterMs: undefined },
    ],
    tried: 4,
  });
});

it('takes what workers recorded of this candidate, also where the output is gone', async () => {
  const records = [recorded('gone', 'succeeded'), recorded('another', 'failed', 'b'.repeat(64))];
  expect((await tried(records, [])).runs).toEqual([
    { run: 'a1.gone.1', rule: 'acme/recorded', ended: 'succeeded', laterMs: 10_000 },
  ]);
});

it('counts a run once that is recorded and stored, and each use of an id for itself', async () => {
  const again = stored('doomed', 'Failure eager', 'succeeded', {
    name: 'a1.doomed.1#2',
    ending: { ended: 'succeeded', atMs: T0 + 900_000 },
  });
  const { runs } = await tried([recorded('doomed', 'failed')], [stored('doomed', 'Failure eager', 'failed'), again]);
  expect(runs.map(({ run, rule, ended }) => [run, rule, ended])).toEqual([
    ['a1.doomed.1', 'acme/recorded', 'failed'],
    ['a1.doomed.1#2', 'acme/eager', 'succeeded'],
  ]);
});
