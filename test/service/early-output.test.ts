import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Run } from '../../src/contracts/run.ts';
import { createLogHistory } from '../../src/nats/log-history.ts';
import type { Service } from '../../src/service/service.ts';
import { claude } from '../support/claude-lines.ts';
import { useNatsServer } from '../support/nats.ts';
import { rulesFrom } from '../support/rules.ts';
import { nextAbort, nextRecord, say, startTestService, subjects, untilAllIsRead } from '../support/service.ts';

const rules = rulesFrom(
  "rules: [{ id: expired, category: auth.token_expired, scope: subscription, match: [{ event: result, text: 'token has expired' }] }]",
);
const nats = useNatsServer();
let service: Service;
beforeAll(async () => {
  service = await startTestService(nats.server.url, rules);
});
afterAll(() => service.stop());

const doom = claude.fails('OAuth token has expired', 401);
const tell = (run: Run, event: object) =>
  nats.connection
    .jetstream()
    .publish(
      subjects.runs(run),
      JSON.stringify({ schema: 'knell.run/v1', at: new Date().toISOString(), ...run, ...event }),
    );

test('a typed failure that was printed before the agent was there ends nothing, and names the run when it has exited', async () => {
  const run = { agent: 'a1', execution: 'early', attempt: 1 };
  const later = { agent: 'a1', execution: 'later', attempt: 1 };
  const record = nextRecord(nats.connection, run);
  const abort = nextAbort(nats.connection, later);
  let aborts = 0;
  const sub = nats.connection.subscribe(subjects.aborts(run), {
    callback: () => {
      aborts += 1;
    },
  });
  await tell(run, { type: 'started', runtime: 'claude-code' });
  await say(nats.connection, run, 'stdout', [claude.init(), doom], { 'Knell-Early': 'certain' });
  await untilAllIsRead(nats.connection);
  // A run that is read behind it has its command.
  await say(nats.connection, later, 'stdout', [claude.init(), doom]);
  await abort;
  await tell(run, { type: 'exited', code: 1, signal: null });
  expect(await record).toMatchObject({
    ...run,
    disposition: 'recorded',
    grade: 'typed',
    category: 'auth.token_expired',
  });
  expect(aborts).toBe(0);
  sub.unsubscribe();
});

test('what was certainly printed before the agent was there is told when it is read back', async () => {
  const run = { agent: 'a1', execution: 'history', attempt: 1 };
  await say(nats.connection, run, 'stdout', ['Already up to date.'], { 'Knell-Early': 'certain' });
  await say(nats.connection, run, 'stdout', ['On it.'], { 'Knell-Early': 'possible' });
  await untilAllIsRead(nats.connection);
  const history = createLogHistory(await nats.connection.jetstreamManager(), subjects);
  const lines = await history.linesAfter(run, { seq: 0, row: 0 }, 10);
  expect(lines.map(({ text, isEarly }) => [text, isEarly])).toEqual([
    ['Already up to date.', true],
    ['On it.', undefined],
  ]);
});
