import { expect, test } from 'vitest';
import type { Run } from '../../src/contracts/run.ts';
import { claude } from '../support/claude-lines.ts';
import { useNatsServer } from '../support/nats.ts';
import { nextAbort, say, startTestService, subjects, untilAllIsRead } from '../support/service.ts';
import { shippedRules } from '../support/shipped-rules.ts';

const nats = useNatsServer();
const { ruleSet } = await shippedRules();

test('a run that got over two refusals is not ended where a worker that died held the first, and is once it is refused again', async () => {
  const { connection } = nats;
  const run: Run = { agent: 'a1', execution: 'held', attempt: 1 };
  let lines = 0;
  const print = async (line: string) => {
    const labels = { 'Knell-Runtime': 'claude-code', 'Knell-Format': 'structured', 'Knell-Line': String(lines) };
    lines += 1;
    await say(connection, run, 'stdout', [line], labels);
  };
  // It has been here, so that there is a consumer.
  const before = await startTestService(nats.server.url, ruleSet);
  await print(claude.init());
  await untilAllIsRead(connection);
  await before.stop();
  await print(claude.retry(401, 1));
  const consumer = await connection.jetstream().consumers.get('KNELL_LOGS', 'knell_workers');
  const held = await consumer.next();
  expect(held?.subject).toBe(subjects.logs(run, 'stdout'));
  const service = await startTestService(nats.server.url, ruleSet);
  try {
    for (const line of [claude.says('on it'), claude.retry(401, 1), claude.says('more')]) await print(line);
    await expect
      .poll(async () => (await consumer.info()).ack_floor.consumer_seq + 4)
      .toBe((await consumer.info()).delivered.consumer_seq);
    // It comes again at once, as it would after the ack wait.
    held?.nak();
    await untilAllIsRead(connection);
    const manager = await connection.jetstreamManager();
    const { state } = await manager.streams.info('KNELL_ABORTS', { subjects_filter: subjects.aborts(run) });
    expect(state.subjects).toBeUndefined();
    const ended = nextAbort(connection, run);
    await print(claude.retry(401, 1));
    await print(claude.retry(401, 2));
    expect(await ended).toMatchObject({ category: 'auth.invalid_credentials', evidence: [{ line: 6 }] });
  } finally {
    await service.stop();
  }
});
