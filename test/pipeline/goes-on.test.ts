import { describe, expect, test } from 'vitest';
import { MAY_GO_ON } from '../../src/classify/note-going-on.ts';
import type { Run } from '../../src/contracts/run.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { claude } from '../support/claude-lines.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { fleet, useMemoryFleet } from '../support/use-memory-fleet.ts';

/*
 * A failure that is typed is the agent's word for certain. Where its command may go on behind it, it is not yet the run's end: an agent
 * that reads prompts from its input may get another one, and a shell may have another command to run.
 */
const { ruleSet: rules } = await shippedRules();

const run: Run = { agent: 'a1', execution: 'e1', attempt: 1 };
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const MAX_TURNS = JSON.stringify({
  type: 'result',
  subtype: 'error_max_turns',
  is_error: true,
  num_turns: 2,
  errors: ['Reached maximum number of turns (2)'],
});
const TOO_LONG = claude.fails('Prompt is too long', 400);
const EXPIRED = claude.fails('Failed to authenticate. API Error: 401 OAuth access token has expired.', 401);
const REFUSED = claude.fails('Failed to authenticate. API Error: 401 Invalid bearer token', 401);
const NO_MODEL = claude.fails(
  "There's an issue with the selected model (opus-9). It may not exist or you may not have access to it.",
  404,
);

useMemoryFleet(rules);
const commands = () => fleet.publisher.aborts.map(({ category }) => category);
const records = () => fleet.publisher.records().map(({ disposition, category }) => `${disposition} ${category}`);
const say = (lines: readonly string[], goesOn?: 'turns' | 'commands') =>
  fleet.say(run, lines, 'stdout', 'claude-code', {
    'Knell-Format': 'structured',
    ...(goesOn && { 'Knell-Goes-On': goesOn }),
  });
const start = () => fleet.start(run, { format: 'structured' });

describe('a session of several turns', () => {
  test.each([
    ['of the limit on turns', MAX_TURNS],
    ['of a prompt that is too long', TOO_LONG],
  ])('is not ended when one turn fails %s, and none is on record when the next succeeds', async (_what, failure) => {
    await start();
    const tree = fleet.watchTree(run);
    await say([claude.init(), claude.says('I look at it.'), failure], 'turns');
    await fleet.clock.advance(2 * MINUTE);
    await say([claude.init(), claude.says('Better.')], 'turns');
    await fleet.clock.advance(2 * MINUTE);
    await say([claude.succeeds()], 'turns');
    await fleet.clock.advance(2 * MINUTE);
    tree.stop();
    await fleet.exit(run, 0);
    await fleet.clock.advance(MINUTE);
    expect(commands()).toEqual([]);
    expect(records().filter((one) => !one.startsWith('suppressed'))).toEqual([]);
  });

  test('that exits on it says so, without a command', async () => {
    await start();
    await say([claude.init(), MAX_TURNS], 'turns');
    await fleet.exit(run, 1);
    await fleet.clock.advance(MINUTE);
    expect([commands(), records()]).toEqual([[], ['recorded limit.turns']]);
  });

  const ASKED = JSON.stringify({ type: 'rate_limit_event', rate_limit_info: { status: 'allowed' } });

  test.each([
    ['a turn that failed', [claude.init(), MAX_TURNS]],
    ['a turn that failed, and what its client then says', [claude.init(), TOO_LONG, ASKED]],
    ['a turn that succeeded', [claude.init(), claude.succeeds()]],
    ['no turn yet', []],
  ])('is not ended while it waits for its next prompt after %s', async (_what, lines) => {
    await fleet.start(run, { format: 'structured', goes_on: 'turns' });
    fleet.watchTree(run);
    if (lines.length > 0) await say(lines, 'turns');
    await fleet.clock.advance(3 * 60 * MINUTE);
    expect(commands()).toEqual([]);
    expect(fleet.publisher.notices.filter(({ kind }) => kind === 'stall')).toEqual([]);
    await say([claude.init(), claude.says('I look at it.'), claude.succeeds()], 'turns');
    await fleet.exit(run, 0);
    await fleet.clock.advance(MINUTE);
    expect([commands(), records().filter((one) => !one.startsWith('suppressed'))]).toEqual([[], []]);
  });

  test('is not ended while it waits behind what its client logs on standard error', async () => {
    await fleet.start(run, { format: 'structured', goes_on: 'turns' });
    fleet.watchTree(run);
    await say([claude.init(), MAX_TURNS], 'turns');
    const debug = Array.from({ length: 300 }, (_, number) => `[DEBUG] poll ${number}`);
    await fleet.say(run, debug, 'stderr', 'claude-code', { 'Knell-Goes-On': 'turns' });
    await fleet.clock.advance(60 * MINUTE);
    expect(commands()).toEqual([]);
  });

  test('of pi is not ended while it waits behind a turn that was aborted, and is where the next one hangs', async () => {
    const event = (fields: object) => JSON.stringify(fields);
    const message = { role: 'assistant', content: [], stopReason: 'aborted', errorMessage: 'Request was aborted' };
    const tell = (lines: readonly string[]) =>
      fleet.say(run, lines, 'stdout', 'pi', { 'Knell-Format': 'structured', 'Knell-Goes-On': 'turns' });
    await fleet.start(run, { runtime: 'pi', format: 'structured', goes_on: 'turns' });
    fleet.watchTree(run);
    await tell([
      event({ type: 'agent_start' }),
      event({ type: 'message_end', message: { role: 'user', content: [{ type: 'text', text: 'Look.' }] } }),
      event({ type: 'message_end', message }),
      event({ type: 'agent_end', messages: [message] }),
    ]);
    await fleet.clock.advance(60 * MINUTE);
    expect(commands()).toEqual([]);
    await tell([
      event({ type: 'agent_start' }),
      event({ type: 'message_end', message: { role: 'user', content: [{ type: 'text', text: 'Go on.' }] } }),
    ]);
    await fleet.clock.advance(25 * MINUTE);
    expect(commands()).toEqual(['runtime.stalled']);
  });

  const own = (runtime: string) => async (lines: readonly object[]) => {
    const said = lines.map((fields) => JSON.stringify(fields));
    await fleet.say(run, said, 'stdout', runtime, { 'Knell-Format': 'structured', 'Knell-Goes-On': 'turns' });
  };
  const system = (subtype: string) => ({ type: 'system', subtype, session_id: 's1' });
  const wrote = (text: string) => ({ type: 'user', message: { role: 'user', content: [{ type: 'text', text }] } });
  const says = { type: 'assistant', message: { content: [{ type: 'text', text: 'I look at it.' }] } };
  const succeeds = { type: 'result', subtype: 'success', is_error: false, usage: { output_tokens: 9 } };
  const fails = { type: 'result', subtype: 'error_max_turns', is_error: true, errors: ['Reached max turns (2)'] };
  const failsOnAuth = { type: 'result', subtype: 'error', is_error: true, error: { message: '401 token expired' } };

  test.each([
    ['claude-code', 'the hooks of its start', [system('hook_started'), system('hook_response')]],
    ['claude-code', 'a prompt that is repeated', [system('init'), fails, wrote('Look.')]],
    [
      'claude-code',
      'a summary that comes late',
      [system('init'), says, fails, { type: 'tool_use_summary', summary: 'Read' }],
    ],
    ['claude-code', 'a tool that is told of late', [system('init'), says, fails, { type: 'tool_progress' }]],
    ['claude-code', 'what its model still says behind its result', [system('init'), says, succeeds, says]],
    ['amp', 'the header of its session', [system('init')]],
    ['pi', 'the header of its session', [{ type: 'session', version: 3, id: 's1', cwd: '/srv' }]],
  ])('of %s is not ended while it waits for its next prompt behind %s', async (runtime, _what, lines) => {
    await fleet.start(run, { runtime, format: 'structured', goes_on: 'turns' });
    fleet.watchTree(run);
    await own(runtime)(lines);
    await fleet.clock.advance(3 * 60 * MINUTE);
    expect(commands()).toEqual([]);
    expect(fleet.publisher.notices.filter(({ kind }) => kind === 'stall')).toEqual([]);
  });

  const piSays = { type: 'turn_end', message: { role: 'assistant', stopReason: 'stop', content: [] } };
  const secondTurns: [string, object[], object[]][] = [
    ['qwen-code', [system('init'), says, succeeds], [system('init')]],
    ['amp', [system('init'), says, succeeds], [says]],
    ['pi', [{ type: 'agent_start' }, piSays, { type: 'agent_end', messages: [] }], [{ type: 'agent_start' }]],
    ['codex', [{ type: 'turn.started' }, { type: 'turn.completed' }], [{ type: 'turn.started' }]],
  ];

  test.each(secondTurns)(
    'of %s is ended by the stall limit where it hangs behind a turn that succeeded',
    async (runtime, first, second) => {
      await fleet.start(run, { runtime, format: 'structured', goes_on: 'turns' });
      fleet.watchTree(run);
      await own(runtime)(first);
      await fleet.clock.advance(60 * MINUTE);
      expect(commands()).toEqual([]);
      await own(runtime)(second);
      await fleet.clock.advance(30 * MINUTE);
      expect(commands()).toEqual(['runtime.stalled']);
    },
  );

  test.each(secondTurns.slice(0, 2))(
    'of %s is ended at once for a credential that expires behind a turn that succeeded',
    async (runtime, first, second) => {
      await fleet.start(run, { runtime, format: 'structured', goes_on: 'turns' });
      await own(runtime)(first);
      await own(runtime)([...second, failsOnAuth]);
      expect(commands()).toEqual(['auth.token_expired']);
    },
  );

  test.each([
    ['its first turn', [claude.init(), claude.says('I look at it.')]],
    ['a turn behind one that failed', [claude.init(), MAX_TURNS, claude.init()]],
    ['a turn behind one that succeeded', [claude.init(), claude.succeeds(), claude.init()]],
  ])('is ended by the stall limit where it hangs in %s', async (_what, lines) => {
    await fleet.start(run, { format: 'structured', goes_on: 'turns' });
    fleet.watchTree(run);
    await say(lines, 'turns');
    await fleet.clock.advance(11 * MINUTE);
    expect(commands()).toEqual([]);
    await fleet.clock.advance(2 * MINUTE);
    expect(commands()).toEqual(['runtime.stalled']);
  });

  test.each([
    ['an expired token', EXPIRED, 'auth.token_expired'],
    ['a model that does not exist', NO_MODEL, 'model.not_found'],
  ])('is ended at once for what fails each further turn too: %s', async (_what, failure, category) => {
    await start();
    await say([claude.init(), failure], 'turns');
    expect(commands()).toEqual([category]);
  });
});

describe('a command with a fallback', () => {
  test('is not ended for the failure of its first agent', async () => {
    await start();
    const tree = fleet.watchTree(run);
    await say([claude.init(), EXPIRED], 'commands');
    await fleet.clock.advance(MINUTE);
    await say(['{"type":"thread.started","thread_id":"t1"}', '{"type":"turn.started"}'], 'commands');
    await fleet.clock.advance(20 * SECOND);
    tree.stop();
    await fleet.exit(run, 0);
    await fleet.clock.advance(MINUTE);
    expect(commands()).toEqual([]);
    expect(records()).toEqual(['suppressed auth.token_expired']);
  });

  test('in plain text is not ended while its second agent has yet to speak', async () => {
    await fleet.start(run, { format: 'text' });
    fleet.watchTree(run);
    const headers = { 'Knell-Goes-On': 'commands' };
    await fleet.say(run, ['Login expired · Please run /login'], 'stdout', 'claude-code', headers);
    await fleet.clock.advance(8 * MINUTE);
    expect(commands()).toEqual([]);
    await fleet.clock.advance(2 * MINUTE);
    expect(commands()).toEqual(['auth.token_expired']);
  });

  describe('that has started another process since', () => {
    const HOUR = 60 * MINUTE;
    const printed = (aheadMs: number) => ({ 'Knell-Time': formatTime(fleet.clock.now() + aheadMs) });

    test.each([0, -HOUR, HOUR])('is not ended while that is idle, by a clock that is %i ms ahead', async (aheadMs) => {
      await fleet.start(run, { format: 'text' });
      const tree = fleet.watchTree(run);
      tree.startAnother(aheadMs);
      await fleet.clock.advance(SECOND);
      const headers = { 'Knell-Goes-On': 'commands', ...printed(aheadMs) };
      await fleet.say(run, ['Login expired · Please run /login'], 'stdout', 'claude-code', headers);
      // The line is read a moment after its agent has exited.
      tree.startAnother(aheadMs - 500);
      await fleet.clock.advance(40 * MINUTE);
      expect(commands()).toEqual([]);
      tree.stop();
      await fleet.exit(run, 1);
      await fleet.clock.advance(MINUTE);
      expect([commands(), records()]).toEqual([[], ['recorded auth.token_expired']]);
    });

    test('is ended after nine idle minutes where all was started before', async () => {
      await start();
      const tree = fleet.watchTree(run);
      tree.startAnother();
      await fleet.clock.advance(SECOND);
      await fleet.say(run, [claude.init(), EXPIRED], 'stdout', 'claude-code', {
        'Knell-Goes-On': 'commands',
        ...printed(0),
      });
      await fleet.clock.advance(8 * MINUTE);
      expect(commands()).toEqual([]);
      await fleet.clock.advance(2 * MINUTE);
      expect(commands()).toEqual(['auth.token_expired']);
      tree.stop();
    });
  });

  test('that fails of it to its end says so', async () => {
    await start();
    await say([claude.init(), EXPIRED], 'commands');
    await fleet.exit(run, 1);
    await fleet.clock.advance(MINUTE);
    const once = ['suppressed auth.token_expired', 'recorded auth.token_expired'];
    expect([commands(), records()]).toEqual([[], once]);
  });

  test('has what its first agent failed of on record at once, and until it exits with 0', async () => {
    await start();
    await say([claude.init(), EXPIRED], 'commands');
    expect([commands(), records()]).toEqual([[], ['recorded auth.token_expired']]);
    await say([EXPIRED], 'commands');
    await fleet.exit(run, 0);
    await fleet.clock.advance(MINUTE);
    expect(records()).toEqual(['recorded auth.token_expired']);
    expect(fleet.publisher.records()).toMatchObject([{ reason: MAY_GO_ON, grade: 'typed' }]);
  });

  test('names the cause on record more exactly as its first agent does', async () => {
    await start();
    await say([claude.init(), REFUSED], 'commands');
    await say([EXPIRED], 'commands');
    expect(records()).toEqual(['suppressed auth.invalid_credentials', 'recorded auth.token_expired']);
  });

  test('has nothing on record where its second agent succeeds', async () => {
    await start();
    await say([claude.init(), EXPIRED], 'commands');
    await say([claude.init(), claude.succeeds()], 'commands');
    await fleet.exit(run, 0);
    await fleet.clock.advance(MINUTE);
    expect([commands(), records()]).toEqual([[], ['suppressed auth.token_expired']]);
    expect((await fleet.stateOf(run))?.succeeded).toBeDefined();
  });

  test('has none on record before it ends of what is no failure of the subscription', async () => {
    await start();
    await say([claude.init(), NO_MODEL], 'commands');
    expect(records()).toEqual([]);
    await fleet.exit(run, 0);
    await fleet.clock.advance(MINUTE);
    expect(fleet.publisher.records()).toMatchObject([
      { disposition: 'recorded', reason: expect.stringContaining('got over it') },
    ]);
  });
});

describe('what a wrapper says behind a typed failure', () => {
  const UPLOAD = 'uploading log ... done';
  /** What was noted at once, and the verdict in its place. */
  const ONCE = ['suppressed auth.token_expired', 'recorded auth.token_expired'];

  test.each([
    ['is no proof that it was quoted, where the run then ends badly', 1, ONCE],
    ['goes with a run that got over it, where that ends well', 0, ['suppressed auth.token_expired']],
  ])('%s', async (_what, code, said) => {
    await start();
    await say([claude.init(), EXPIRED], 'commands');
    await fleet.clock.advance(20 * SECOND);
    await say([UPLOAD], 'commands');
    await fleet.exit(run, code);
    await fleet.clock.advance(MINUTE);
    expect([commands(), records()]).toEqual([[], said]);
  });

  test('leaves all to the exit, while an idle tree is no sign of the end', async () => {
    await start();
    const tree = fleet.watchTree(run);
    await say([claude.init(), EXPIRED], 'commands');
    await say([UPLOAD], 'commands');
    await fleet.clock.advance(11 * MINUTE);
    expect([commands(), records()]).toEqual([[], ['recorded auth.token_expired']]);
    tree.stop();
    await fleet.exit(run, 1);
    await fleet.clock.advance(MINUTE);
    expect([commands(), records()]).toEqual([[], ONCE]);
  });

  test('does not outweigh what another agent says: that failure was got over', async () => {
    await start();
    await say([claude.init(), claude.fails('API Error: 529 Overloaded', 529)], 'commands');
    await say(['falling back', claude.init(), claude.says('I look at it.'), EXPIRED, UPLOAD], 'commands');
    await fleet.exit(run, 1);
    await fleet.clock.advance(MINUTE);
    expect(commands()).toEqual([]);
    expect(records().sort()).toEqual([...ONCE, 'suppressed provider.overloaded'].sort());
  });
});

test.each([MAX_TURNS, TOO_LONG, EXPIRED])('any other command is ended at once: %s', async (failure) => {
  await start();
  await say([claude.init(), failure]);
  expect(commands()).toHaveLength(1);
});
