import { beforeAll, expect, test } from 'vitest';
import { newRunState } from '../../src/classify/run-state.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { createLogHistory } from '../../src/nats/log-history.ts';
import { isUnread as isUnreadRun, mayHaveEnded } from '../../src/pipeline/due/unread-result.ts';
import { useNatsServer } from '../support/nats.ts';
import { rulesFrom } from '../support/rules.ts';
import { say, subjects } from '../support/service.ts';

const nats = useNatsServer();
const rules = rulesFrom('rules: []');
const LONG = 'x'.repeat(1_000_000);

beforeAll(async () => void (await ensureStreams(nats.connection, subjects)));

async function printed(execution: string, messages: readonly string[]) {
  const run = { agent: 'a', execution, attempt: 1 };
  for (const text of messages) await say(nats.connection, run, 'stdout', [text]);
  const history = createLogHistory(await nats.connection.jetstreamManager(), subjects);
  return { run, history, isUnknown: () => mayHaveEnded(newRunState(run), rules, history) };
}

test('of a run whose unread output is more than is read in a moment, it is not known whether it has ended', async () => {
  const few = await printed('few', [LONG, LONG]);
  expect(await few.history.unreadLines(few.run, 10)).toHaveLength(2);
  expect(await few.isUnknown()).toBe(false);
  const many = await printed('many', Array<string>(9).fill(LONG));
  expect(await many.history.unreadLines(many.run, 10)).toBeUndefined();
  expect(await many.isUnknown()).toBe(true);
});

test('so it is of more lines than are asked for', async () => {
  const { run, history } = await printed('lines', ['1\n2', '3']);
  expect(await history.unreadLines(run, 3)).toHaveLength(3);
  expect(await history.unreadLines(run, 2)).toBeUndefined();
  const isUnread = (execution: string) => isUnreadRun(newRunState({ ...run, execution }), history);
  expect([await isUnread('lines'), await isUnread('silent')]).toEqual([true, false]);
});
