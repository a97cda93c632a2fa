import { afterEach, expect, test } from 'vitest';
import { PreflightReply } from '../../src/contracts/preflight.ts';
import type { Run } from '../../src/contracts/run.ts';
import type { Service } from '../../src/service/service.ts';
import { claude } from '../support/claude-lines.ts';
import { useNatsServer } from '../support/nats.ts';
import { say, startTestService, subjects } from '../support/service.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { started } from '../support/subscriptions.ts';

const { ruleSet: rules } = await shippedRules();
const nats = useNatsServer();
const EXPIRED = claude.fails('Failed to authenticate. API Error: 401 OAuth access token has expired.', 401);
const headers = { 'Knell-Runtime': 'claude-code', 'Knell-Format': 'structured', 'Knell-Goes-On': 'commands' };
let service: Service | undefined;

afterEach(() => service?.stop());

async function untilAnswered(subscription: string, answer: string): Promise<PreflightReply> {
  for (;;) {
    const message = await nats.connection.request(subjects.preflightCheck, JSON.stringify({ subscription }), {
      timeout: 60_000,
    });
    const reply = PreflightReply.parse(message.json());
    if (reply.answer === answer) return reply;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a dead token in front of a fallback is refused at once, and until the fallback has succeeded', async () => {
  service = await startTestService(nats.server.url, rules);
  const run: Run = { agent: 'a1', execution: 'g1', attempt: 1 };
  const start = started(run, { subscription: 'team-g', credential: { kind: 'oauth', fingerprint: 'print-g' } });
  await nats.connection.jetstream().publish(subjects.runs(run), JSON.stringify({ ...start, format: 'structured' }));
  await untilAnswered('team-g', 'serviceable');
  await say(nats.connection, run, 'stdout', [claude.init(), EXPIRED], headers);
  expect((await untilAnswered('team-g', 'refused')).reason).toContain('auth.token_expired');
  const manager = await nats.connection.jetstreamManager();
  const aborts = await manager.streams.info('KNELL_ABORTS', { subjects_filter: subjects.aborts(run) });
  expect(aborts.state.subjects).toBeUndefined();
  await say(nats.connection, run, 'stdout', [claude.init(), claude.succeeds()], headers);
  await untilAnswered('team-g', 'serviceable');
});
