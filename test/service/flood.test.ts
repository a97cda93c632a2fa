import { headers } from 'nats';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Run } from '../../src/contracts/run.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import type { Service } from '../../src/service/service.ts';
import { claude } from '../support/claude-lines.ts';
import { useNatsServer } from '../support/nats.ts';
import { partOfCount } from '../support/part-of.ts';
import { rulesFrom } from '../support/rules.ts';
import { nextAbort, say, startTestService, subjects, untilAllIsRead } from '../support/service.ts';
import { shippedRules } from '../support/shipped-rules.ts';

const rules = rulesFrom(`
rules:
  - id: refused
    scope: run
    next: fail
    match:
      - { event: system/api_retry, where: { error_status: 401 }, repeat: { count: 2, within: 30s } }
    recover:
      - { event: assistant, provenance: narration }
  - id: overloaded
    action: record
    category: provider.overloaded
    scope: provider
    next: retry_after
    match:
      - { event: system/api_retry, where: { error_status: 529 }, repeat: { count: 3, within: 30s } }
    recover:
      - { event: assistant, provenance: narration }
  - id: expired
    scope: subscription
    next: switch_subscription
    match:
      - { event: result, text: 'token has expired' }
`);
const LINES = partOfCount(3_000, 2);
/** Messages of plain text that one run prints: more than a worker has in hand at a time. */
const PAGES = 800;
const nats = useNatsServer();
let service: Service | undefined;
beforeAll(() => ensureStreams(nats.connection, subjects));
afterEach(() => service?.stop());

/** Says so many lines at once, one a message, as a publisher without chunks does. */
async function flood(run: Run, status: number): Promise<void> {
  const jetstream = nats.connection.jetstream({ timeout: 120_000 });
  const head = headers();
  head.set('Knell-Runtime', 'claude-code');
  await say(nats.connection, run, 'stdout', [claude.init()], { 'Knell-Runtime': 'claude-code' });
  const lines = Array.from({ length: LINES }, (_, attempt) => claude.retry(status, attempt));
  await Promise.all(lines.map((line) => jetstream.publish(subjects.logs(run, 'stdout'), line, { headers: head })));
}

async function writesOfStates(): Promise<number> {
  return (await (await nats.connection.jetstreamManager()).streams.info('KV_knell_runs')).state.last_seq;
}

test.each([
  ['that end it', 401],
  ['that only leave a record', 529],
])('thousands of failures %s are taken together, and another run gets its verdict among them', async (_, status) => {
  const before = await writesOfStates();
  const flooding = flood({ agent: 'flood', execution: `e${status}`, attempt: 1 }, status);
  const control = { agent: 'control', execution: `c${status}`, attempt: 1 };
  const abort = nextAbort(nats.connection, control);
  await say(nats.connection, control, 'stdout', [claude.init(), claude.fails('OAuth token has expired', 401)]);
  // All of it waits when the worker comes, however slowly it was published: what waits is taken together.
  await flooding;
  service = await startTestService(nats.server.url, rules);
  await abort;
  await untilAllIsRead(nats.connection);
  // Never one write each.
  expect((await writesOfStates()) - before).toBeLessThan(LINES / 5);
  const text = await (await fetch(`${service.httpUrl}/metrics`)).text();
  expect(text).toMatch(/^knell_messages_retried_total 0$/m);
});

test('another run gets its verdict long before a flood of plain text in front of it is read', async () => {
  const flood: Run = { agent: 'flood', execution: 'text', attempt: 1 };
  const line = `${'y'.repeat(79)}\n`;
  const page = Buffer.from(line.repeat(50));
  const jetstream = nats.connection.jetstream({ timeout: 120_000 });
  const pages = Array.from({ length: PAGES }, () => jetstream.publish(subjects.logs(flood, 'stdout'), page));
  await Promise.all(pages);
  const control: Run = { agent: 'control', execution: 'text', attempt: 1 };
  const abort = nextAbort(nats.connection, control);
  await say(nats.connection, control, 'stdout', [claude.init(), claude.fails('OAuth token has expired', 401)]);
  const { ruleSet } = await shippedRules();
  const startMs = performance.now();
  service = await startTestService(nats.server.url, ruleSet);
  await abort;
  const abortMs = performance.now() - startMs;
  const { num_pending, num_ack_pending } = await (await nats.connection.jetstreamManager()).consumers.info(
    'KNELL_LOGS',
    'knell_workers',
  );
  await untilAllIsRead(nats.connection);
  const allMs = performance.now() - startMs;
  process.stderr.write(
    `a flood of ${PAGES} pages was read in ${Math.round(allMs)} ms; the control run had its command after ${Math.round(abortMs)} ms\n`,
  );
  expect(num_pending + num_ack_pending).toBeGreaterThan(PAGES / 2);
});

test('a flood of failures in plain text holds up no other run, however many of its messages wait', async () => {
  const flood: Run = { agent: 'flood', execution: 'failures', attempt: 1 };
  const jetstream = nats.connection.jetstream({ timeout: 120_000 });
  const messages = 9_000;
  const lines = Array.from(
    { length: messages },
    (_, i) => `OSError: [Errno 28] No space left on device: '/tmp/x${i}'\n`,
  );
  await Promise.all(lines.map((line) => jetstream.publish(subjects.logs(flood, 'stdout'), line)));
  const control: Run = { agent: 'control', execution: 'failures', attempt: 1 };
  const abort = nextAbort(nats.connection, control);
  await say(nats.connection, control, 'stdout', [claude.init(), claude.fails('OAuth token has expired', 401)]);
  const { ruleSet } = await shippedRules();
  service = await startTestService(nats.server.url, ruleSet);
  await abort;
  const { num_pending, num_ack_pending } = await (await nats.connection.jetstreamManager()).consumers.info(
    'KNELL_LOGS',
    'knell_workers',
  );
  expect(num_pending + num_ack_pending).toBeGreaterThan(messages / 2);
  await untilAllIsRead(nats.connection);
  const text = await (await fetch(`${service.httpUrl}/metrics`)).text();
  // A thousand are read, a hundred for each second of it, and the last ones of what waited together.
  const passedOver = Number(/^knell_flood_lines_passed_over_total (\d+)$/m.exec(text)?.[1]);
  expect(passedOver).toBeGreaterThan(messages / 2);
});

test('the line that decides is found in the middle of a flood', async () => {
  const flood: Run = { agent: 'flood', execution: 'middle', attempt: 1 };
  const retries = Array.from({ length: 2_000 }, (_, attempt) => claude.retry(529, attempt));
  const abort = nextAbort(nats.connection, flood);
  service = await startTestService(nats.server.url, rules);
  const before = [claude.init(), ...retries];
  const after = [claude.fails('OAuth token has expired', 401), ...retries];
  for (const told of [before, [...retries, ...after]]) {
    await say(nats.connection, flood, 'stdout', told, { 'Knell-Runtime': 'claude-code' });
  }
  expect(await abort).toMatchObject({ rule: { id: 'expired' } });
});
