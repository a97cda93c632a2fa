import { expect, test } from 'vitest';
import type { Run } from '../../src/contracts/run.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { fleet, useMemoryFleet } from '../support/use-memory-fleet.ts';

const { ruleSet: rules } = await shippedRules();
const run: Run = { agent: 'a1', execution: 'e1', attempt: 1 };
useMemoryFleet(rules);

const EXPIRED = { name: 'APIError', data: { message: 'OAuth token has expired', statusCode: 401 } };
const begins = { type: 'step_start', sessionID: 'ses_own', part: { type: 'step-start' } };
const fails = (sessionID: string) => ({ type: 'error', sessionID, error: EXPIRED });
const told = (sessionID: string) => ({ type: 'session.error', properties: { sessionID, error: EXPIRED } });
const ends = (sessionID: string) => ({ type: 'step_finish', sessionID, part: { type: 'step-finish', reason: 'stop' } });
const say = (...events: readonly object[]) =>
  fleet.say(
    run,
    events.map((fields) => JSON.stringify(fields)),
    'stdout',
    'opencode',
    { 'Knell-Format': 'structured' },
  );

test.each([fails, told])(
  "an error of another session of opencode's ends no run, and one of its own does",
  async (error) => {
    await fleet.start(run, { runtime: 'opencode', format: 'structured' });
    await say(begins);
    await say(error('ses_sub'));
    expect(fleet.publisher.aborts).toEqual([]);
    await say(error('ses_own'));
    expect(fleet.publisher.aborts).toMatchObject([{ category: 'auth.token_expired' }]);
  },
);

test("what another session of opencode's ends with is no result of the run", async () => {
  await fleet.start(run, { runtime: 'opencode', format: 'structured' });
  await say(begins, ends('ses_sub'), fails('ses_own'));
  expect(fleet.publisher.aborts).toMatchObject([{ category: 'auth.token_expired' }]);
});
