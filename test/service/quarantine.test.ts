import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import type { Run } from '../../src/contracts/run.ts';
import type { Service } from '../../src/service/service.ts';
import { claude } from '../support/claude-lines.ts';
import { useNatsServer } from '../support/nats.ts';
import { rulesFrom } from '../support/rules.ts';
import { nextAbort, nextRecord, say, startTestService, untilAllIsRead } from '../support/service.ts';

/** There is no word in every line on which `dear` holds, so every line of every run is decoded for it. */
const rules = rulesFrom(
  `
rules:
  - { id: dear, category: runtime.crash, match: [{ line: '.*[0-9]{40}.*', quiet: 50ms }] }
  - { id: token-expired, match: [{ event: result, text: 'token has expired' }] }
`,
  'any',
);
const nats = useNatsServer();
const named = { 'Knell-Runtime': 'claude-code' };
const doom = [claude.init(), claude.fails('OAuth token has expired', 401)];
const number = ['1'.repeat(40)];
const healthy = Array.from({ length: 100 }, (_, i) => `line ${i} of a healthy run ${'that says a lot '.repeat(50)}`);

/** The service's stopwatch moves on a millisecond with each look at it, so shares are the same on every machine. */
let stopwatchMs = 0;
let service: Service;
let lastRun = 0;
const freshRun = (): Run => {
  lastRun += 1;
  // Of several agents: what a rule takes on the lines of a single one puts it in no quarantine.
  return { agent: `a${lastRun % 4}`, execution: `e${lastRun}`, attempt: 1 };
};
const metric = async (name: string): Promise<number> => {
  const text = await (await fetch(`${service.httpUrl}/metrics`)).text();
  const line = text.split('\n').find((row) => row.startsWith(`${name} `));
  return Number(line?.split(' ').at(-1) ?? Number.NaN);
};
const untilShadowed = (count: number) =>
  vi.waitUntil(async () => (await metric('knell_rules_shadowed{over="cost"}')) === count, {
    interval: 5,
    timeout: 120_000,
  });
/** Whatever is published on a subject from now on, first come first. */
const next = async (subject: string): Promise<Record<string, unknown>> => {
  for await (const message of nats.connection.subscribe(subject, { max: 1 })) return message.json();
  throw new Error(`nothing came on ${subject}`);
};

beforeAll(async () => {
  service = await startTestService(nats.server.url, rules, undefined, {
    ruleCosts: { windowMs: 1_000, nowMs: () => stopwatchMs++ },
  });
});
afterAll(() => service.stop());
afterEach(() => {
  vi.restoreAllMocks();
});

test('a rule that takes too much of the workers is put in quarantine, and a person brings it back', async () => {
  const before = nextAbort(nats.connection, { ...freshRun(), execution: 'before' });
  await say(nats.connection, { agent: 'a1', execution: 'before', attempt: 1 }, 'stderr', number, named);
  expect(await before).toMatchObject({ rule: { id: 'dear' } });

  const notice = next('knell.notices.budget.>');
  for (let message = 0; message < 60; message++) await say(nats.connection, freshRun(), 'stdout', healthy, named);
  expect(await notice).toMatchObject({
    kind: 'budget',
    budget: 'cost',
    who: 'test/dear',
    limit: 0.1,
    message: expect.stringContaining('knell mode --release test/dear'),
  });
  await untilAllIsRead(nats.connection);
  await untilShadowed(1);
  expect(await metric('knell_rules_quarantined_total{rule="test/dear"}')).toBe(1);

  // A message or two are all it gets; of a hundred lines more none is decoded.
  await say(nats.connection, freshRun(), 'stdout', healthy, named);
  await untilAllIsRead(nats.connection);
  const decoded = await metric('knell_candidate_lines_total');
  await say(nats.connection, freshRun(), 'stdout', healthy, named);
  await untilAllIsRead(nats.connection);
  expect(await metric('knell_candidate_lines_total')).toBe(decoded);

  // Others go on.
  const doomed = freshRun();
  const abort = nextAbort(nats.connection, doomed);
  await say(nats.connection, doomed, 'stdout', doom, named);
  expect(await abort).toMatchObject({ rule: { id: 'token-expired' } });

  // Once its share is made up for it is tried again, for a record.
  stopwatchMs += 1_000_000;
  const watched = freshRun();
  const record = nextRecord(nats.connection, watched);
  await say(nats.connection, watched, 'stderr', number, named);
  expect(await record).toMatchObject({
    disposition: 'would_abort',
    rule: { id: 'dear' },
    reason: expect.stringContaining('10 % are allowed'),
  });

  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  await (await createProgram(['mode'])).parseAsync([
    'node',
    'knell',
    'mode',
    '--release',
    'test/dear',
    '--nats',
    nats.server.url,
  ]);
  await untilShadowed(0);
  const after = freshRun();
  const again = nextAbort(nats.connection, after);
  await say(nats.connection, after, 'stderr', number, named);
  expect(await again).toMatchObject({ rule: { id: 'dear' } });
});

test('a rule that is in no quarantine can not be released', async () => {
  const program = await createProgram(['mode']);
  await expect(
    program.parseAsync(['node', 'knell', 'mode', '--release', 'test/other', '--nats', nats.server.url]),
  ).rejects.toThrow(/the rule test\/other is neither in shadow mode nor in quarantine/);
});
