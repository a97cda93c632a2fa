import { afterEach, expect, test } from 'vitest';
import type { Run } from '../../src/contracts/run.ts';
import type { Service } from '../../src/service/service.ts';
import { useNatsServer } from '../support/nats.ts';
import { say, startTestService, subjects } from '../support/service.ts';
import { shippedRules } from '../support/shipped-rules.ts';

const { ruleSet: rules } = await shippedRules();
const nats = useNatsServer();
let service: Service | undefined;

afterEach(() => service?.stop());

/** The category and evidence of the first command for the run that anybody gives. */
async function command(run: Run): Promise<{ category: string; evidence: { excerpt: string }[] }> {
  const manager = await nats.connection.jetstreamManager();
  for (;;) {
    const found = await manager.streams
      .getMessage('KNELL_ABORTS', { last_by_subj: subjects.aborts(run) })
      .catch(() => undefined);
    if (found) return found.json();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const line = (fields: object) => JSON.stringify(fields);
const EXPIRED = { name: 'APIError', data: { message: 'OAuth token has expired', statusCode: 401 } };

test("a subagent's error on opencode's standard output ends no run, the run's own does", async () => {
  service = await startTestService(nats.server.url, rules);
  const run: Run = { agent: 'a1', execution: 's1', attempt: 1 };
  const headers = { 'Knell-Runtime': 'opencode', 'Knell-Format': 'structured' };
  const denied = { ...EXPIRED, data: { ...EXPIRED.data, message: 'Your credit balance is too low', statusCode: 402 } };
  const lines = [
    line({ type: 'step_start', sessionID: 'ses_own', part: { type: 'step-start' } }),
    line({ type: 'error', sessionID: 'ses_sub', error: denied }),
  ];
  await say(nats.connection, run, 'stdout', lines, headers);
  await say(nats.connection, run, 'stdout', [line({ type: 'error', sessionID: 'ses_own', error: EXPIRED })], headers);
  expect((await command(run)).category).toBe('auth.token_expired');
});

test('a token that expires in the second turn of a session of Qwen Code ends it', async () => {
  service = await startTestService(nats.server.url, rules);
  const run: Run = { agent: 'a1', execution: 's2', attempt: 1 };
  const headers = { 'Knell-Runtime': 'qwen-code', 'Knell-Format': 'structured', 'Knell-Goes-On': 'turns' };
  const init = line({ type: 'system', subtype: 'init', session_id: 's1', qwen_code_version: '0.15.10' });
  const result = { type: 'result', session_id: 's1', is_error: false, usage: { output_tokens: 9 } };
  await say(nats.connection, run, 'stdout', [init, line(result)], headers);
  const failed = { ...result, is_error: true, error: { message: '401 OAuth token has expired' } };
  await say(nats.connection, run, 'stdout', [init, line(failed)], headers);
  expect((await command(run)).category).toBe('auth.token_expired');
});
