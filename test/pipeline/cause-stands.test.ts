import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { openFolder } from '../../src/authoring/check-folder.ts';
import { readCorpus } from '../../src/authoring/corpus-item.ts';
import { isSharperCategory } from '../../src/classify/sharper-causes.ts';
import type { Run, StreamName } from '../../src/contracts/run.ts';
import { claude } from '../support/claude-lines.ts';
import { partOf } from '../support/part-of.ts';
import { fleet, useMemoryFleet } from '../support/use-memory-fleet.ts';

/*
 * A verdict names the cause of the run's end. What the client prints while knell ends it is an echo, whatever it says.
 */
const { authored } = await openFolder('rules');
if (!authored) throw new Error('the shipped packs do not load');
const { rules, cases } = authored;

const run: Run = { agent: 'a1', execution: 'e1', attempt: 1 };
const SECOND = 1_000;
/** What Claude Code 2.1.197 prints within half a second of a SIGINT. */
const ECHO = [
  JSON.stringify({ type: 'user', message: { content: [{ type: 'text', text: '[Request interrupted by user]' }] } }),
  JSON.stringify({
    type: 'result',
    subtype: 'error_during_execution',
    is_error: true,
    num_turns: 2,
    terminal_reason: 'aborted_streaming',
    errors: ['[ede_diagnostic] result_type=user', 'Error: Request was aborted.'],
  }),
];
const EXPIRED = claude.fails('Failed to authenticate. API Error: 401 OAuth access token has expired.', 401);

useMemoryFleet(rules);
const commands = () => fleet.publisher.aborts.map(({ category }) => category);
const records = () => fleet.publisher.records().map(({ disposition, category }) => `${disposition} ${category}`);
const verdictRecord = () => fleet.publisher.records().find(({ command_id: id }) => id !== undefined);
const verdictOrRecorded = () =>
  fleet.publisher
    .records()
    .find(({ category, disposition }) => category.startsWith('auth.') && disposition === 'recorded');
const startWithToken = () =>
  fleet.start(run, { subscription: 'team-a', credential: { kind: 'oauth', fingerprint: 'print-1' } });

async function end(outcome: 'terminated' | 'already_finished' = 'terminated') {
  await fleet.ack(run, fleet.offered[0] as string, outcome);
  await fleet.exit(run, 1);
}

describe('an expired token of which the client says twice only that it was refused', () => {
  beforeEach(async () => {
    await startWithToken();
    await fleet.say(run, [claude.init(), claude.retry(401, 1)]);
    await fleet.clock.advance(700);
    await fleet.say(run, [claude.retry(401, 2)]);
  });

  test('is ended at once, with a moment for its last words', () => {
    expect(fleet.publisher.aborts).toMatchObject([{ category: 'auth.invalid_credentials', last_words_ms: 2_000 }]);
  });

  test('is called expired where the words come in the same breath, and the record says so at once', async () => {
    await fleet.clock.advance(1_200);
    await fleet.say(run, [EXPIRED]);
    expect(verdictRecord()).toMatchObject({
      category: 'auth.token_expired',
      disposition: 'aborted',
      next_action: 'switch_subscription',
      evidence: [{ event: 'system/api_retry' }, { event: 'result' }],
    });
    await end();
    expect(verdictRecord()).toMatchObject({ category: 'auth.token_expired', disposition: 'aborted' });
    expect(commands()).toEqual(['auth.invalid_credentials']);
  });

  test('is not renamed by what comes later than that', async () => {
    await fleet.clock.advance(3_500);
    await fleet.say(run, [EXPIRED]);
    await end();
    expect(verdictRecord()?.category).toBe('auth.invalid_credentials');
  });

  test.each([
    [
      'billing',
      claude.synthetic('Credit balance is too low', 'billing_error'),
      claude.fails('Credit balance is too low', 400),
    ],
    ['a login', claude.fails('Not logged in · Please run /login', 401)],
    ['the organisation', claude.fails('API Error: 403 Your organization has disabled access', 403)],
  ])('is not called a matter of %s by what the client prints in that breath', async (_what, ...lines) => {
    await fleet.clock.advance(300);
    await fleet.say(run, lines);
    expect(verdictRecord()?.category).toBe('auth.invalid_credentials');
    await end();
    expect(verdictRecord()).toMatchObject({ category: 'auth.invalid_credentials', disposition: 'aborted' });
    expect(records().filter((record) => !record.endsWith('auth.invalid_credentials'))).toEqual([]);
  });

  test('is not called a crash by what the client prints while it is ended', async () => {
    await fleet.clock.advance(400);
    await fleet.say(run, ECHO);
    await fleet.say(run, ['Error: write EPIPE', 'broken pipe'], 'stderr');
    await end();
    expect(verdictRecord()).toMatchObject({ category: 'auth.invalid_credentials', evidence: [{ line: 0 }] });
    expect(records().filter((record) => !record.endsWith('auth.invalid_credentials'))).toEqual([]);
  });
});

test('an API key that is refused is not waited for: its client says nothing more for minutes', async () => {
  await fleet.start(run, { credential: { kind: 'api_key', fingerprint: 'key-1' } });
  await fleet.say(run, [claude.init('ANTHROPIC_API_KEY'), claude.retry(401, 1), claude.retry(401, 2)]);
  expect(fleet.publisher.aborts).toHaveLength(1);
  expect(fleet.publisher.aborts[0]).not.toHaveProperty('last_words_ms');
  await fleet.clock.advance(500);
  await fleet.say(run, [EXPIRED]);
  expect(verdictRecord()?.category).toBe('auth.invalid_credentials');
});

test('what was printed before the command and is read after it makes the cause sharper, whenever it is read', async () => {
  await startWithToken();
  await fleet.say(run, [claude.init(), claude.retry(401, 1), claude.retry(401, 2), EXPIRED]);
  expect(commands()).toEqual(['auth.invalid_credentials']);
  expect(verdictRecord()?.category).toBe('auth.token_expired');
});

describe('a run that ended by itself', () => {
  test('before its words were read is recorded, and no command goes out', async () => {
    await startWithToken();
    await fleet.say(run, [claude.init()]);
    await fleet.exit(run, 1);
    await fleet.say(run, [EXPIRED]);
    expect([commands(), records()]).toEqual([[], ['recorded auth.token_expired']]);
  });

  test('before whoever obeys could end it is recorded in the end', async () => {
    await startWithToken();
    await fleet.say(run, [claude.init(), EXPIRED]);
    await end('already_finished');
    expect(records()).toEqual(['recorded auth.token_expired']);
  });

  test('after a command that nobody answered has its record closed all the same', async () => {
    await startWithToken();
    await fleet.say(run, [claude.init(), EXPIRED]);
    await fleet.clock.advance(SECOND);
    await fleet.exit(run, 1);
    await fleet.clock.advance(10 * SECOND);
    expect((await fleet.stateOf(run))?.verdict?.closed).toBe(true);
  });
});

test('what a client prints while its host ends it is no failure of its own, and gets no command', async () => {
  await fleet.start(run);
  await fleet.say(run, [claude.init(), claude.says('On it.'), ...ECHO]);
  await fleet.clock.advance(SECOND);
  await fleet.exit(run, 143);
  await fleet.clock.advance(10 * SECOND);
  expect(commands()).toEqual([]);
  expect(fleet.publisher.records().filter(({ disposition }) => disposition !== 'suppressed')).toEqual([]);
});

test('so it is where its last lines are read after its exit', async () => {
  await fleet.start(run);
  await fleet.say(run, [claude.init(), claude.says('On it.')]);
  await fleet.exit(run, 143);
  await fleet.say(run, ECHO);
  await fleet.clock.advance(60 * SECOND);
  expect(commands()).toEqual([]);
  const last = new Map(fleet.publisher.records().map((record) => [record.record_id, record.disposition]));
  expect([...last.values()].filter((disposition) => disposition !== 'suppressed')).toEqual([]);
});

test('a client that says that it was interrupted, and then hangs, is ended within ten minutes', async () => {
  await fleet.start(run);
  await fleet.say(run, [claude.init(), claude.says('On it.'), ...ECHO]);
  fleet.watchTree(run);
  await fleet.clock.advance(8 * 60 * SECOND);
  expect(commands()).toEqual([]);
  await fleet.clock.advance(2 * 60 * SECOND);
  expect(commands()).toEqual(['runtime.crash']);
});

test.each([1, 12])('a turn that was interrupted ends no session that goes on %i s later', async (seconds) => {
  await fleet.start(run);
  await fleet.say(run, [claude.init(), claude.says('On it.'), ...ECHO]);
  fleet.watchTree(run);
  await fleet.clock.advance(seconds * SECOND);
  await fleet.say(run, [claude.init(), claude.says('Now the other way.')]);
  await fleet.clock.advance(60 * SECOND);
  await fleet.say(run, [claude.succeeds()]);
  await fleet.exit(run, 0);
  await fleet.clock.advance(60 * SECOND);
  expect(commands()).toEqual([]);
  expect(fleet.publisher.records().filter(({ disposition }) => disposition !== 'suppressed')).toEqual([]);
});

describe('a run whose host was told to end it', () => {
  beforeEach(async () => {
    await startWithToken();
    await fleet.say(run, [claude.init(), claude.says('On it.')]);
    await fleet.beat(run, { ending: true });
    await fleet.clock.advance(200);
  });

  test.each([
    ['a typed failure', [EXPIRED, ...ECHO], 'stdout'],
    ['a line of its own', ['Failed to authenticate. API Error: 401 OAuth access token has expired.'], 'stderr'],
  ] as const)('gets no command for %s, and the record says why it failed', async (_what, lines, stream) => {
    await fleet.say(run, lines, stream);
    await fleet.clock.advance(2 * SECOND);
    await fleet.exit(run, null, 'SIGTERM');
    await fleet.clock.advance(10 * SECOND);
    expect(commands()).toEqual([]);
    expect(verdictOrRecorded()).toMatchObject({ category: 'auth.token_expired', disposition: 'recorded' });
  });

  test.each([
    [1, null],
    [null, 'SIGKILL'],
  ])('has not failed by what the client prints meanwhile, however it exits: %s, %s', async (code, signal) => {
    await fleet.say(run, ECHO);
    await fleet.clock.advance(2 * SECOND);
    await fleet.exit(run, code, signal);
    await fleet.clock.advance(10 * SECOND);
    expect(commands()).toEqual([]);
    expect(fleet.publisher.records().filter(({ disposition }) => disposition !== 'suppressed')).toEqual([]);
  });

  test('is ended by knell where it lives on', async () => {
    await fleet.say(run, [EXPIRED]);
    await fleet.clock.advance(29 * SECOND);
    expect(commands()).toEqual([]);
    await fleet.clock.advance(3 * SECOND);
    expect(commands()).toEqual(['auth.token_expired']);
  });

  test('is ended at once for what it says when that time is over', async () => {
    await fleet.clock.advance(40 * SECOND);
    await fleet.say(run, [EXPIRED]);
    expect(commands()).toEqual(['auth.token_expired']);
  });
});

describe('a run that gets over a refusal', () => {
  test('leaves no record that says that it failed', async () => {
    await startWithToken();
    await fleet.say(run, [claude.init(), claude.retry(401)]);
    expect(records()).toEqual(['recorded auth.invalid_credentials']);
    await fleet.say(run, [claude.says('Done.'), claude.succeeds()]);
    await fleet.exit(run, 0);
    expect(records()).toEqual(['suppressed auth.invalid_credentials']);
    expect((await fleet.stateOf(run))?.noted).toEqual([]);
  });

  test('is not ended for one line that was published twice', async () => {
    await startWithToken();
    await fleet.say(run, [claude.init()]);
    await fleet.say(run, [claude.retry(401)]);
    await fleet.clock.advance(100);
    await fleet.say(run, [claude.retry(401)]);
    expect(commands()).toEqual([]);
  });
});

/** What any client, shell or runner may print while it is ended, and words of quite another failure. */
const DYING = [
  ...ECHO,
  'Error: write EPIPE',
  'Killed',
  'npm error code 143',
  claude.fails('API Error: 529 Overloaded', 529),
  '{"type":"turn.failed","error":{"message":"stream disconnected before completion"}}',
];

interface Doomed {
  readonly key: string;
  readonly lines: readonly string[];
  readonly stream: StreamName;
  readonly runtime: string;
}

/** Each rule that aborts by its example, and each cause by the labelled lines of doomed runs. */
const { items } = readCorpus(await readFile('test/corpus/examples.jsonl', 'utf8'));
const aborting = new Map<string, Doomed>([
  ...cases
    .filter(({ kind, rule }) => kind === 'match' && rule.action === 'abort')
    .map((one): [string, Doomed] => [one.key, one]),
  ...items
    .filter(({ abort }) => abort === 'yes')
    .map(({ id, ...rest }): [string, Doomed] => [`${rest.category} ${rest.runtime}`, { key: id, ...rest }]),
]);

const tried = partOf([...aborting.values()], 4, ({ runtime }) => runtime);
let commanded = 0;

test.each(tried)('$key: the final record is called as the command, or sharper from before it', async (one) => {
  const { lines, stream, runtime } = one;
  await fleet.start(run, { runtime });
  await fleet.say(run, lines, stream, runtime);
  const tree = fleet.watchTree(run);
  for (let minute = 0; minute < 12 && commands().length === 0; minute += 1) await fleet.clock.advance(60 * SECOND);
  tree.stop();
  const [told] = commands();
  // Some confirm by the exit alone: their run is over, and no command is due.
  if (told === undefined) {
    await fleet.exit(run, 1);
    expect(commands()).toEqual([]);
    return;
  }
  commanded += 1;
  await fleet.clock.advance(5 * SECOND);
  await fleet.say(run, DYING, stream, runtime);
  await end();
  const final = verdictRecord()?.category;
  expect(final === told || (final !== undefined && isSharperCategory(told, final)), `${told} → ${final}`).toBe(true);
  const evidence = verdictRecord()?.evidence.map(({ excerpt }) => excerpt) ?? [];
  expect(evidence.filter((text) => DYING.includes(text))).toEqual([]);
});

test('rules and causes of every kind are tried, and nearly all of them gave a command', () => {
  expect(aborting.size).toBeGreaterThan(100);
  expect(commanded / tried.length).toBeGreaterThan(0.9);
});
