import { describe, expect, test } from 'vitest';
import type { Run, StreamName } from '../../src/contracts/run.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { fleet, renewMemoryFleet, useMemoryFleet } from '../support/use-memory-fleet.ts';

/*
 * The matrix of silent cases, with the shipped rules and time in the test's hands: no healthy run is ended, whatever it
 * quotes and however long its tool or its model is silent; a run that hangs is, within the time that its words allow.
 */
const { ruleSet: rules } = await shippedRules();

const run: Run = { agent: 'a1', execution: 'e1', attempt: 1 };
const BANNER = 'Login expired · Please run /login';
const RUNTIMES = ['claude-code', 'codex', 'gemini', 'copilot-cli', 'opencode', 'qwen-code'];
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

useMemoryFleet(rules);
const aborted = () => fleet.publisher.aborts.map(({ category }) => category);

async function start(runtime: string, lines: readonly string[], stream: StreamName = 'stdout') {
  await fleet.start(run, { runtime });
  await fleet.say(run, lines, stream, runtime);
}

/** Seconds until the run is ended; Infinity where it is not within the time. */
async function endedAfter(limitMs: number): Promise<number> {
  for (let waitedMs = 0; waitedMs <= limitMs; waitedMs += SECOND) {
    if (aborted().length > 0) return waitedMs / SECOND;
    await fleet.clock.advance(SECOND);
  }
  return Number.POSITIVE_INFINITY;
}

const CODEX_HEADER = ['OpenAI Codex v0.171.0', '--------', 'workdir: /srv/app', 'model: gpt-5.5', '--------'];
const CODEX_TOOL = [
  ...CODEX_HEADER,
  'user',
  'Look at the log.',
  'codex',
  'I look at it first.',
  'exec',
  "/bin/bash -lc 'tail agent.log' in /srv/app",
  ' succeeded in 3ms:',
  'the run was started',
  '',
  "ERROR: You've hit your usage limit. Upgrade to Pro or try again at 10:09 AM.",
];

const CODEX_LIMIT = "ERROR: You've hit your usage limit. Upgrade to Pro or try again at 10:09 AM.";

describe('a healthy run is not ended', () => {
  test.each(RUNTIMES)('%s: prose that ends with a banner, then a tool without a word for 75 s', async (runtime) => {
    await start(runtime, ['The log ends with this line.', '', BANNER]);
    const tree = fleet.watchTree(run);
    await fleet.clock.advance(SECOND);
    tree.tools(1);
    await fleet.clock.advance(75 * SECOND);
    tree.tools(0);
    await fleet.say(run, ['The build is done.'], 'stdout', runtime);
    await fleet.clock.advance(20 * MINUTE);
    expect(aborted()).toEqual([]);
  });

  test.each(RUNTIMES)('%s: a banner alone, then a tool of its own for an hour', async (runtime) => {
    await start(runtime, [BANNER]);
    const tree = fleet.watchTree(run);
    tree.tools(1);
    await fleet.clock.advance(60 * MINUTE);
    tree.tools(0);
    await fleet.say(run, ['That is what it printed.'], 'stdout', runtime);
    await fleet.clock.advance(20 * MINUTE);
    expect(aborted()).toEqual([]);
  });

  test.each(RUNTIMES)(
    '%s: a tool prints a banner on a silent run, and the model then thinks for 8 min',
    async (runtime) => {
      await fleet.start(run, { runtime });
      await fleet.say(run, [BANNER], 'stdout', runtime, { 'Knell-Alone': 'no' });
      fleet.watchTree(run);
      await fleet.clock.advance(8 * MINUTE);
      expect(aborted()).toEqual([]);
    },
  );

  test.each([
    'sh: 1: nvmx: not found',
    'bash: /opt/nvm/nvm.sh: No such file or directory',
    'tee: /var/log/agent.log: No space left on device',
    'Error: spawn gopls ENOENT',
  ])(
    'a wrapper or the client says first what is missing on the machine, and the model then thinks: %s',
    async (line) => {
      for (const runtime of RUNTIMES) {
        await start(runtime, [line], 'stderr');
        fleet.watchTree(run);
        await fleet.clock.advance(8 * MINUTE);
        expect([runtime, aborted()]).toEqual([runtime, []]);
        await renewMemoryFleet(rules);
      }
    },
  );

  test.each([
    'openai.RateLimitError: Error code: 429 - too many requests',
    'anthropic.APIConnectionError: Connection error.',
    "Error code: 529 - {'type': 'error', 'error': {'type': 'overloaded_error', 'message': 'Overloaded'}}",
  ])('a program that nobody knows logs what passes, and waits 8 minutes before it tries again: %s', async (line) => {
    await start('generic', [line], 'stderr');
    fleet.watchTree(run);
    await fleet.clock.advance(8 * MINUTE);
    expect(aborted()).toEqual([]);
  });

  test.each([
    ['a tool prints a banner and the model then thinks for 330 s', 'codex', CODEX_TOOL, 'stderr', 330],
    [
      "a tool prints a host's complaint and the model then thinks for 45 s",
      'generic',
      ['codex', 'I start the container.', 'exec', ' exited 1 in 14ms:', 'the input device is not a TTY'],
      'stderr',
      45,
    ],
    [
      'prose ends with what a prompt without an answer prints, then the model thinks for 8 minutes',
      'generic',
      ['The script reads from a terminal.', '', 'EOFError: EOF when reading a line'],
      'stdout',
      480,
    ],
  ] as const)('%s', async (_what, runtime, lines, stream, seconds) => {
    await start(runtime, lines, stream);
    fleet.watchTree(run);
    await fleet.clock.advance(seconds * SECOND);
    await fleet.say(run, ['I know what it is.'], stream, runtime);
    await fleet.clock.advance(20 * MINUTE);
    expect(aborted()).toEqual([]);
  });

  test.each([
    ['alone', []],
    ['after prose', ['The log of the nightly job ends with this line.', '']],
  ])(
    'a banner stands %s, and what follows advises on the work, however long it is silent then',
    async (_where, before) => {
      for (const runtime of RUNTIMES) {
        await start(runtime, [
          ...before,
          BANNER,
          'Run `claude login` to renew the token, then start the nightly job again.',
        ]);
        const tree = fleet.watchTree(run);
        await fleet.clock.advance(30 * MINUTE);
        tree.stop();
        await fleet.exit(run, 0);
        expect([runtime, aborted()]).toEqual([runtime, []]);
        await renewMemoryFleet(rules);
      }
    },
  );

  test.each([
    ['is a banner', ['ERROR: You have hit your usage limit.', CODEX_LIMIT]],
    ['ends with a banner that it asks about', ['Why does our CI job end with it?', CODEX_LIMIT]],
    ['ends with a banner that it refers to', ['Mend this in the deploy script', CODEX_LIMIT]],
    ['ends with a banner, in another language', ['Bitte prüfe den nächtlichen Lauf', CODEX_LIMIT]],
    ['shows a banner in a list', ['Mend the build', '- see the job', CODEX_LIMIT]],
  ])('codex: its prompt %s, and its model thinks for 8 minutes', async (_what, prompt) => {
    await start('codex', [...CODEX_HEADER, 'user', ...prompt], 'stderr');
    fleet.watchTree(run);
    await fleet.clock.advance(8 * MINUTE);
    await fleet.say(run, ['codex', 'The plan is used up.'], 'stderr', 'codex');
    await fleet.clock.advance(10 * MINUTE);
    expect(aborted()).toEqual([]);
  });

  test('codex: the rest of a long prompt comes in a message of its own, and ends with a banner', async () => {
    await start('codex', [...CODEX_HEADER, 'user', 'Look at the nightly job.'], 'stderr');
    await fleet.clock.advance(SECOND);
    await fleet.say(run, ['Its last words were', CODEX_LIMIT], 'stderr', 'codex');
    fleet.watchTree(run);
    await fleet.clock.advance(8 * MINUTE);
    expect(aborted()).toEqual([]);
  });

  test('a hook works for 40 s after the last words, and the run then exits with 0', async () => {
    await start('claude-code', ['The log ends with these two lines.', '', 'exit code 1', BANNER]);
    const tree = fleet.watchTree(run);
    tree.tools(2);
    await fleet.clock.advance(40 * SECOND);
    tree.stop();
    await fleet.exit(run, 0);
    await fleet.clock.advance(20 * MINUTE);
    expect(aborted()).toEqual([]);
  });

  test.each([
    ['in words of its own, and nothing else lives', 'The token budget was exceeded.', 0],
    ["in a client's words, and a hook works", 'Session expired.', 1],
  ])('a model answers with one line, %s for the minute until the exit', async (_how, answer, tools) => {
    for (const runtime of RUNTIMES) {
      await start(runtime, [answer]);
      const tree = fleet.watchTree(run, { tools });
      await fleet.clock.advance(MINUTE);
      tree.stop();
      await fleet.exit(run, 0);
      await fleet.clock.advance(20 * MINUTE);
      expect([runtime, aborted()]).toEqual([runtime, []]);
      await renewMemoryFleet(rules);
    }
  });

  test('the processor is busy for ten minutes without a child', async () => {
    await start('gemini', [BANNER]);
    for (let beat = 0; beat < 150; beat += 1) {
      const tree = fleet.watchTree(run);
      await fleet.clock.advance(4 * SECOND);
      tree.stop();
    }
    expect(aborted()).toEqual([]);
  });

  test.each([
    ['after prose', ['It prints this.', BANNER]],
    ['alone', [BANNER]],
  ])('nobody sees its tree, a banner stands %s, and it is silent for ten minutes', async (_where, lines) => {
    await start('gemini', lines);
    await fleet.clock.advance(10 * MINUTE);
    await fleet.say(run, ['The build is done.'], 'stdout', 'gemini');
    await fleet.clock.advance(20 * MINUTE);
    expect(aborted()).toEqual([]);
  });

  test('its host is cut off: what was seen of the tree before says nothing', async () => {
    await start('gemini', [BANNER]);
    fleet.watchTree(run, { tools: 0, idle_ms: 5 * MINUTE }).stop();
    await fleet.clock.advance(60 * MINUTE);
    expect(aborted()).toEqual([]);
  });
});

describe('a run that hangs is ended', () => {
  test.each(RUNTIMES)('%s: a banner that stands alone, within 60 s', async (runtime) => {
    await start(runtime, [BANNER]);
    fleet.watchTree(run);
    expect(await endedAfter(10 * MINUTE)).toBeLessThanOrEqual(60);
  });

  test.each(RUNTIMES)(
    '%s: a banner after prose, within ten minutes, and not before a model could have thought',
    async (runtime) => {
      await start(runtime, ['The log ends with this line.', '', BANNER]);
      fleet.watchTree(run);
      const seconds = await endedAfter(20 * MINUTE);
      expect(seconds).toBeGreaterThan(400);
      expect(seconds).toBeLessThanOrEqual(600);
    },
  );

  test.each([
    ['the banner again', [BANNER]],
    ['a lone full stop', ['.']],
    ['the exit notice of a runner', ['##[error]Process completed with exit code 1.']],
    ['a cost table', ['Total cost:            $0.00', 'Total duration (API):  0s']],
    ["the client's advice", ['Run `claude login` to sign in again.', 'Please check your API key.']],
    ["the client's own help", ['Usage: claude [options] [command]', '  -h, --help', 'Options:', '  --model <name>']],
  ])('with %s behind a banner that stands alone, within 60 s', async (_what, after) => {
    await start('claude-code', [BANNER, ...after]);
    fleet.watchTree(run);
    expect(await endedAfter(10 * MINUTE)).toBeLessThanOrEqual(60);
  });

  test.each([
    ['on two lines', ['tokens used', '30']],
    ['on one line', ['tokens used: 1,234']],
    ['with a time stamp', ['[2026-11-28T03:19:55] tokens used: 30']],
  ])("with codex's closing count %s below its error, within ten minutes", async (_form, closing) => {
    const lines = [...CODEX_HEADER, 'user', 'Say done', `ERROR: You've hit your usage limit. Try again at 10:09 AM.`];
    await start('codex', [...lines, ...closing], 'stderr');
    fleet.watchTree(run);
    expect(await endedAfter(20 * MINUTE)).toBeLessThanOrEqual(600);
  });

  test.each([
    ['printed with it', ['do it', CODEX_LIMIT], []],
    [
      'printed with it, of several lines',
      ['fix the build', 'and write a test', '', 'Also look at README.', CODEX_LIMIT],
      [],
    ],
    [
      'of whatever words, when it is printed later',
      ['Why do our jobs fail with this error?', '', '- look at ci.log'],
      [CODEX_LIMIT],
    ],
    [
      'of whatever words, below what the client says of its start and of its tries',
      ['Why do our jobs fail with this error?'],
      [
        'mcp startup: no servers',
        'warning: Model metadata for gpt-5 not found.',
        'ERROR: Reconnecting... 5/5',
        CODEX_LIMIT,
      ],
    ],
  ])("with codex's error below the prompt that it repeats, %s, within 60 s", async (_what, prompt, later) => {
    await start('codex', [...CODEX_HEADER, 'user', ...prompt], 'stderr');
    await fleet.clock.advance(300);
    if (later.length > 0) await fleet.say(run, later, 'stderr', 'codex');
    fleet.watchTree(run);
    expect(await endedAfter(10 * MINUTE)).toBeLessThanOrEqual(60);
  });

  test('after a tool has worked, counted from the end of the tool', async () => {
    await start('claude-code', ['The log ends with this line.', '', BANNER]);
    const tree = fleet.watchTree(run);
    tree.tools(1);
    await fleet.clock.advance(30 * MINUTE);
    tree.tools(0);
    const seconds = await endedAfter(20 * MINUTE);
    expect(seconds).toBeGreaterThan(400);
    expect(seconds).toBeLessThanOrEqual(600);
  });
});
