import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/contracts/run.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { fleet, useMemoryFleet } from '../support/use-memory-fleet.ts';

/*
 * Some clients state a failure before they know whether they get over it: pi shortens a conversation that is too long, Codex goes on over
 * HTTPS where its WebSocket is refused. The lines are those of pi 0.73.1 and 1.6.0 and of Codex 0.171.0, shortened.
 */
const { ruleSet: rules } = await shippedRules();

const run: Run = { agent: 'a1', execution: 'e1', attempt: 1 };
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const line = (value: unknown): string => JSON.stringify(value);

useMemoryFleet(rules);
const commands = () => fleet.publisher.aborts.map(({ category }) => category);
const records = () => fleet.publisher.records().map(({ disposition, category }) => `${disposition} ${category}`);
const stands = () => records().filter((one) => !one.startsWith('suppressed'));

const OVERFLOW =
  '400 {"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 208310 tokens > 200000 maximum"}}';
const failed = (errorMessage: string) => ({ role: 'assistant', content: [], stopReason: 'error', errorMessage });
const pi = {
  begins: [
    line({ type: 'session', version: 3, id: 's', cwd: '/srv/app' }),
    line({ type: 'agent_start' }),
    line({ type: 'turn_start' }),
  ],
  fails: (errorMessage: string, more = {}) => [
    line({ type: 'message_start', message: failed(errorMessage) }),
    line({ type: 'message_end', message: failed(errorMessage) }),
    line({ type: 'turn_end', message: failed(errorMessage), toolResults: [] }),
    line({ type: 'agent_end', messages: [failed(errorMessage)], ...more }),
  ],
  edits: line({ type: 'entry_appended', entry: { type: 'context_edit', id: '3748174e' } }),
  shortens: line({ type: 'compaction_start', reason: 'overflow' }),
  shortened: line({ type: 'compaction_end', reason: 'overflow', result: {}, aborted: false, willRetry: true }),
  settled: line({ type: 'agent_settled', aborted: false }),
  succeeds: line({
    type: 'turn_end',
    message: { role: 'assistant', content: [{ type: 'text', text: 'Done.' }], stopReason: 'stop' },
  }),
};

describe('a prompt that pi finds too long', () => {
  const say = (...lines: readonly string[]) => fleet.say(run, lines, 'stdout', 'pi', { 'Knell-Format': 'structured' });
  const start = () => fleet.start(run, { runtime: 'pi', format: 'structured' });

  test('ends no run that shortens it, however often and however slowly', async () => {
    await start();
    fleet.watchTree(run);
    await say(...pi.begins);
    for (let round = 0; round < 3; round += 1) {
      await say(...pi.fails(OVERFLOW, { willRetry: false }), pi.edits);
      await fleet.clock.advance(SECOND);
      await say(pi.shortens);
      await fleet.clock.advance(11 * MINUTE);
      await say(pi.shortened, line({ type: 'agent_start' }));
    }
    await say(...pi.fails(OVERFLOW), pi.shortens, pi.shortened, ...pi.fails(OVERFLOW), pi.shortens, pi.shortened);
    await say(pi.succeeds, pi.settled);
    await fleet.exit(run, 0);
    await fleet.clock.advance(MINUTE);
    expect([commands(), stands()]).toEqual([[], []]);
  });

  test('is on record where pi then exits', async () => {
    await start();
    await say(...pi.begins, ...pi.fails(OVERFLOW, { willRetry: false }), pi.settled);
    await fleet.exit(run, 0);
    await fleet.clock.advance(MINUTE);
    expect([commands(), records()]).toEqual([[], ['recorded context.too_long']]);
  });

  test('ends a run that hangs behind it for nine idle minutes', async () => {
    await start();
    fleet.watchTree(run);
    await say(...pi.begins, ...pi.fails(OVERFLOW, { willRetry: false }), pi.settled);
    await fleet.clock.advance(8 * MINUTE);
    expect(commands()).toEqual([]);
    await fleet.clock.advance(2 * MINUTE);
    expect(commands()).toEqual(['context.too_long']);
  });

  test.each([
    ['401 status code (no body)', 1],
    ['400 status code (no body)', 0],
    ['413 (no body)', 0],
  ])('is what a refused request without words may be, but no other refusal is: %s', async (message, ended) => {
    await start();
    fleet.watchTree(run);
    await say(...pi.begins, ...pi.fails(message, { willRetry: false }));
    expect(commands()).toHaveLength(ended);
  });

  test('ends no run in which a process works', async () => {
    await start();
    fleet.watchTree(run, { tools: 1 });
    await say(...pi.begins, ...pi.fails(OVERFLOW, { willRetry: false }));
    await fleet.clock.advance(30 * MINUTE);
    expect(commands()).toEqual([]);
  });

  test('ends the run at once where pi says that it could not shorten it', async () => {
    await start();
    const errorMessage = `Context overflow recovery failed: Turn prefix summarization failed: ${OVERFLOW}`;
    const end = { type: 'compaction_end', reason: 'overflow', aborted: false, willRetry: false, errorMessage };
    await say(...pi.begins, ...pi.fails(OVERFLOW), pi.shortens, line(end));
    expect(commands()).toEqual(['context.too_long']);
  });
});

test('pi before 1.0 is not ended at the agent’s end for what it tries again', async () => {
  await fleet.start(run, { runtime: 'pi', format: 'structured' });
  fleet.watchTree(run);
  const retry = {
    type: 'auto_retry_start',
    attempt: 1,
    maxAttempts: 3,
    delayMs: 2_000,
    errorMessage: '529 Overloaded',
  };
  const lines = [...pi.begins, ...pi.fails('529 Overloaded'), line(retry)];
  await fleet.say(run, lines, 'stdout', 'pi', { 'Knell-Format': 'structured' });
  await fleet.clock.advance(4 * SECOND);
  await fleet.say(run, [line({ type: 'agent_start' }), pi.succeeds], 'stdout', 'pi');
  await fleet.exit(run, 0);
  await fleet.clock.advance(MINUTE);
  expect([commands(), stands()]).toEqual([[], []]);
});

test('pi is ended at once for a key that is refused', async () => {
  await fleet.start(run, { runtime: 'pi', format: 'structured' });
  const refused = '401 {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}';
  await fleet.say(run, [...pi.begins, ...pi.fails(refused)], 'stdout', 'pi', { 'Knell-Format': 'structured' });
  expect(commands()).toEqual(['auth.invalid_credentials']);
});

describe('a WebSocket that is refused to Codex', () => {
  const EXPIRED =
    'unexpected status 401 Unauthorized: Provided authentication token is expired. Please try signing in again.';
  const SOCKET = `${EXPIRED}, url: ws://127.0.0.1:33593/v1/responses`;
  const begins = [line({ type: 'thread.started', thread_id: 't1' }), line({ type: 'turn.started' })];
  const reconnects = (by: string, try_: number) =>
    line({ type: 'error', message: `Reconnecting... ${try_}/5 (${by})` });
  const fallsBack = line({
    type: 'item.completed',
    item: { id: 'item_0', type: 'error', message: `Falling back from WebSockets to HTTPS transport. ${SOCKET}` },
  });
  const say = (...lines: readonly string[]) =>
    fleet.say(run, lines, 'stdout', 'codex', { 'Knell-Format': 'structured' });
  const start = () => fleet.start(run, { runtime: 'codex', format: 'structured' });

  test('ends no run that goes on over HTTPS', async () => {
    await start();
    fleet.watchTree(run);
    await say(...begins);
    for (const number of [2, 3, 4, 5]) {
      await say(reconnects(SOCKET, number));
      await fleet.clock.advance(3 * SECOND);
    }
    await say(fallsBack);
    await fleet.clock.advance(MINUTE);
    await say(line({ type: 'turn.completed', usage: {} }));
    await fleet.exit(run, 0);
    await fleet.clock.advance(MINUTE);
    expect([commands(), stands()]).toEqual([[], []]);
  });

  test('ends the run where HTTPS is refused too', async () => {
    await start();
    await say(...begins, reconnects(SOCKET, 2), reconnects(SOCKET, 5), fallsBack);
    await say(
      line({ type: 'turn.failed', error: { message: `${EXPIRED}, url: http://127.0.0.1:33593/v1/responses` } }),
    );
    expect(commands()).toEqual(['auth.token_expired']);
  });

  const TRIES = [1, 2, 3, 4, 5];
  const BARE =
    'unexpected status 401 Unauthorized: Provided authentication token is expired. Please try signing in again.';

  test.each([
    ['its last try over the WebSocket', TRIES.map((number) => reconnects(SOCKET, number))],
    ['its fallback to HTTPS', [...TRIES.map((number) => reconnects(SOCKET, number)), fallsBack]],
    ['tries that do not say over what', TRIES.map((number) => reconnects(BARE, number))],
  ])('ends no run whose model is slow behind %s, before the stall limit', async (_what, lines) => {
    await start();
    fleet.watchTree(run);
    await say(...begins, ...lines);
    await fleet.clock.advance(29 * MINUTE);
    expect(commands()).toEqual([]);
    await fleet.clock.advance(2 * MINUTE);
    expect(commands()).toEqual(['auth.token_expired']);
  });

  test.each([SOCKET, BARE])(
    'ends a run that says nothing but tries for as long as the stall limit: %s',
    async (refused) => {
      await start();
      fleet.watchTree(run);
      await say(...begins);
      for (let minute = 0; minute < 29; minute += 1) {
        await say(reconnects(refused, 1 + (minute % 5)));
        await fleet.clock.advance(MINUTE);
      }
      expect(commands()).toEqual([]);
      for (let minute = 0; minute < 3; minute += 1) {
        await say(reconnects(refused, 1));
        await fleet.clock.advance(MINUTE);
      }
      expect(commands()).toEqual(['auth.token_expired']);
    },
  );

  test('is on record, and no more, where the output ends with it', async () => {
    await start();
    await say(...begins, reconnects(BARE, 1));
    await fleet.exit(run, null);
    await fleet.clock.advance(MINUTE);
    expect([commands(), stands()]).toEqual([[], ['recorded auth.token_expired']]);
  });

  test('is told from a request over HTTPS, which ends it at its second try', async () => {
    await start();
    const refused = `${EXPIRED}, url: https://api.openai.com/v1/responses`;
    await say(...begins, reconnects(refused, 1), reconnects(refused, 2));
    expect(commands()).toEqual(['auth.token_expired']);
  });
});

describe('a call that opencode takes for one to be tried again', () => {
  const step = line({ type: 'step_start', timestamp: 1, sessionID: 'ses_1', part: { type: 'step-start' } });
  const fails = (isRetryable: boolean) =>
    line({
      type: 'error',
      timestamp: 1,
      sessionID: 'ses_1',
      error: { name: 'APIError', data: { message: 'Bad Gateway', statusCode: 502, isRetryable } },
    });
  const finished = line({ type: 'step_finish', timestamp: 1, sessionID: 'ses_1', part: { reason: 'stop' } });
  const say = (...lines: readonly string[]) =>
    fleet.say(run, lines, 'stdout', 'opencode', { 'Knell-Format': 'structured' });
  const start = async () => {
    await fleet.start(run, { runtime: 'opencode', format: 'structured' });
    fleet.watchTree(run);
  };

  test('ends no run that takes its next step', async () => {
    await start();
    await say(step, fails(true));
    await fleet.clock.advance(5 * MINUTE);
    await say(step, finished);
    await fleet.exit(run, 0);
    await fleet.clock.advance(MINUTE);
    expect([commands(), stands()]).toEqual([[], []]);
  });

  test('ends a run that hangs behind it for nine idle minutes', async () => {
    await start();
    await say(step, fails(true));
    await fleet.clock.advance(8 * MINUTE);
    expect(commands()).toEqual([]);
    await fleet.clock.advance(2 * MINUTE);
    expect(commands()).toEqual(['provider.server_error']);
  });

  test('is told from any other call, whose failure ends the run at once', async () => {
    await start();
    await say(step, fails(false));
    expect(commands()).toEqual(['provider.server_error']);
  });
});
