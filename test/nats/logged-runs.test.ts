import { beforeAll, expect, it } from 'vitest';
import { useAt } from '../../src/classify/run-uses.ts';
import type { Run } from '../../src/contracts/run.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { type LoggedRun, loggedRuns } from '../../src/nats/logged-runs.ts';
import { readByRequest } from '../../src/nats/read-run.ts';
import { storedMoments, storedUses } from '../../src/nats/stored-moments.ts';
import type { RunMoment } from '../../src/pipeline/ports/run-moment.ts';
import { useNatsServer } from '../support/nats.ts';
import { say, subjects } from '../support/service.ts';

const nats = useNatsServer();
const run: Run = { agent: 'a1', execution: 'again', attempt: 1 };

/** A real moment apart, as the times of the server tell it. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 3));
async function tell(type: string, more: object = {}): Promise<void> {
  await pause();
  const event = { schema: 'knell.run/v1', type, ...run, at: '2026-11-22T12:00:00.000Z', ...more };
  await nats.connection.jetstream().publish(subjects.runs(run), JSON.stringify(event));
  await pause();
}

async function wordsOf(moments: AsyncIterable<RunMoment>): Promise<string[]> {
  const words: string[] = [];
  for await (const moment of moments) {
    words.push('event' in moment ? moment.event.type : `${moment.output.stream} ${moment.output.data}`.trim());
  }
  return words;
}

async function linesOf({ chunks }: LoggedRun): Promise<string[]> {
  const lines: string[] = [];
  for await (const { data } of chunks()) lines.push(`${data}`.trim());
  return lines;
}

beforeAll(async () => {
  await ensureStreams(nats.connection, subjects);
  const line = (text: string, stream: 'stdout' | 'stderr' = 'stdout') =>
    say(nats.connection, run, stream, [text], { 'Knell-Runtime': 'codex' });
  await tell('started', { pid: 1 });
  await line('one');
  await line('two', 'stderr');
  await tell('heartbeat');
  await line('three');
  await tell('exited', { code: 1 });
  await line('late');
  await tell('started', { pid: 2 });
  await line('four');
  await tell('exited', { code: 0 });
  await say(nats.connection, { ...run, attempt: 2 }, 'stdout', ['five']);
});

const WORDS = [
  ['started', 'stdout one', 'stderr two', 'heartbeat', 'stdout three', 'exited'],
  ['started', 'stdout four', 'exited'],
  ['stdout five'],
];

it('each use of a run id is a run, with its own lines, moments and end, and so is each attempt', async () => {
  const found: LoggedRun[] = [];
  for await (const one of loggedRuns(nats.connection, subjects, 0)) found.push(one);
  expect(found.map(({ name, ending }) => [name, ending.ended])).toEqual([
    ['a1.again.1', 'failed'],
    ['a1.again.1#2', 'succeeded'],
    ['a1.again.2', 'unknown'],
  ]);
  const lines = [['one', 'two', 'three', 'late'], ['four'], ['five']];
  for (const [index, one] of found.entries()) {
    expect(await linesOf(one)).toEqual(lines[index]);
    expect(await wordsOf(one.moments())).toEqual(WORDS[index]);
  }
});

it('a reader that asks for each message reads the same', async () => {
  const reader = readByRequest(await nats.connection.jetstreamManager(), subjects);
  const uses = await storedUses(reader, run);
  for (const [index, use] of uses.entries()) {
    expect(await wordsOf(storedMoments(reader, run, use))).toEqual(WORDS[index]);
    expect(useAt(uses, use.exit?.atMs ?? 0)).toBe(use);
  }
  const never: Run = { ...run, execution: 'never' };
  const [none] = await storedUses(reader, never);
  expect(await wordsOf(storedMoments(reader, never, none))).toEqual([]);
});
