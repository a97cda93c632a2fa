import { describe, expect, test } from 'vitest';
import type { Run, StreamName } from '../../../src/contracts/run.ts';
import { claude } from '../../support/claude-lines.ts';
import { shippedRules } from '../../support/shipped-rules.ts';
import { fleet, useMemoryFleet } from '../../support/use-memory-fleet.ts';

const { ruleSet: rules } = await shippedRules();
const run: Run = { agent: 'a1', execution: 'e1', attempt: 1 };
const OWN = { subscription: 'team-a', credential: { kind: 'oauth', fingerprint: 'print-1' } };
const SECOND = 1_000;

useMemoryFleet(rules);

interface Told {
  readonly runtime?: string;
  readonly format?: string;
  readonly more?: object;
  readonly afterMs?: number;
  readonly stderr?: readonly string[];
  readonly exit?: readonly [code: number | null, signal?: string];
}

/** When a run has shown that its credential works, in milliseconds after its start; undefined where it has not. */
async function workedAfter(lines: readonly string[], told: Told = {}): Promise<number | undefined> {
  const { runtime = 'claude-code', format = 'text', more = OWN, afterMs = 5 * SECOND, stderr = [], exit = [0] } = told;
  const startMs = fleet.clock.now();
  await fleet.start(run, { runtime, format, ...more });
  await fleet.clock.advance(afterMs);
  const say = (words: readonly string[], stream: StreamName) =>
    words.length > 0 && fleet.say(run, words, stream, runtime, stream === 'stdout' ? { 'Knell-Format': format } : {});
  await say(stderr, 'stderr');
  await say(lines, 'stdout');
  await fleet.clock.advance(SECOND);
  await fleet.exit(run, ...exit);
  await fleet.clock.advance(10 * SECOND);
  const worked = (await fleet.stateOf(run))?.worked;
  return worked && worked.at_ms - startMs;
}

describe('a run in plain text that exits with 0 has shown that its credential works', () => {
  test.each<[string, string[], Told]>([
    ['when it said its last words', ['All tests pass now. The work is done.'], {}],
    ['in one word', ['Done.'], {}],
    ['in prose about failures', ['I have added a test for expired tokens.', '', 'The job stays green.'], {}],
    ['beside what its client logs', ['Done.'], { stderr: ['(node:12) Warning: a leak', '[WARN] slow disk'] }],
    ['of a token whose name is not known', ['Done.'], { more: { subscription: 'team-a' } }],
    ['of another client', ['Done.'], { runtime: 'codex', stderr: ['codex', 'Done.', 'tokens used', '1,234'] }],
  ])('%s', async (_what, lines, told) => {
    expect(await workedAfter(lines, told)).toBe(5 * SECOND);
  });
});

describe('nothing is shown by a run', () => {
  test.each<[string, string[], Told]>([
    ['that states a failure and exits with 0', ['Invalid API key · Please run /login'], {}],
    ['that states one below prose', ['I begin.', 'API Error: 401 OAuth token has expired.'], {}],
    [
      'whose wrapper speaks after one, and exits with 0',
      ['Login expired · Please run /login', 'Review step finished, uploading the report.'],
      {},
    ],
    ['that states one which no cause knows', ['Error: something that nobody has seen'], {}],
    [
      'whose client states one on standard error',
      ['I begin.'],
      { stderr: ['Error: 401 Unauthorized: invalid API key'] },
    ],
    ['that says nothing', [], {}],
    ['that prints its version', ['2.1.332 (Claude Code)'], {}],
    ['that prints its help', ['Usage: claude [options]', '', 'Starts a session', '  -p, --print  Print'], {}],
    ['that was done sooner than any model answers', ['Nothing to do.'], { afterMs: 999 }],
    ['that exits with 1', ['Done.'], { exit: [1] }],
    ['that was killed', ['Done.'], { exit: [null, 'SIGKILL'] }],
    ['of a program that is no known agent', ['Done.'], { runtime: 'generic' }],
    ['whose credential is not known', ['Done.'], { more: {} }],
    ['that prints events, and reports no result', [claude.init(), claude.says('Done.')], { format: 'structured' }],
  ])('%s', async (_what, lines, told) => {
    expect(await workedAfter(lines, told)).toBeUndefined();
  });
});
