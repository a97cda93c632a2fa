import { describe, expect, test } from 'vitest';
import { withdrawNoted } from '../../../src/classify/noted-records.ts';
import type { Outcome } from '../../../src/classify/outcome.ts';
import { streamEnd } from '../../../src/classify/post-mortem/last-statement.ts';
import { endedBadly, nameEnd } from '../../../src/classify/post-mortem/name-end.ts';
import { FailureRecord } from '../../../src/contracts/failure-record.ts';
import type { RunState } from '../../../src/contracts/run-state.ts';
import { contextAt, endedAt, evidence, named, stateWith } from '../../support/decisions.ts';
import { failureRecord, RUN, T0 } from '../../support/messages.ts';
import { rulesFrom } from '../../support/rules.ts';

const rules = rulesFrom(
  `
causes:
  - { id: rate, title: Rate limit, category: rate_limit.429, any: [{ status: 429 }], examples: { match: [], ignore: [] } }
  - { id: oom, title: Memory, category: runtime.oom, any: [{ message: 'heap out of memory' }], examples: { match: [], ignore: [] } }
  - { id: key, title: Bad key, category: auth.invalid_credentials, any: [{ message: 'invalid api key' }], examples: { match: [], ignore: [] } }
`,
  'any',
);

const exit = (code: number | null, signal: string | null = null) => ({ exited: { at_ms: T0, code, signal } });

function name(lines: readonly string[], over: Partial<RunState>, isText = true): Outcome {
  const placed = lines.map((text, row) => ({ stream: 'stdout' as const, position: { seq: row + 1, row: 0 }, text }));
  const last = placed.at(-1);
  const streams = placed.length > 0 ? [streamEnd('stdout', placed, isText)] : [];
  return nameEnd(
    stateWith({ runtime: 'gemini', ...over }),
    { streams, ...(last && { last: { ...last, atMs: T0 } }) },
    rules,
    contextAt(T0 + 3_000),
  );
}
const short = (outcome: Outcome) => named(outcome.effects).join(', ');
const recordOf = ({ effects: [effect] }: Outcome) => (effect as { record: FailureRecord }).record;

const WORK = ['Reading the sources …', 'I have changed src/a.ts.'];
const KERNEL = 'kernel: Memory cgroup out of memory: Killed process 71 (node) total-vm:1kB';

describe('a run that ended badly', () => {
  test.each<[string, readonly string[], Partial<RunState>, string]>([
    ['137 and the kernel’s word', [...WORK, KERNEL], exit(137), 'recorded runtime.oom'],
    [
      'SIGKILL and the container’s word',
      [...WORK, '"OOMKilled": true,'],
      exit(null, 'SIGKILL'),
      'recorded runtime.oom',
    ],
    ['137 without a word', WORK, exit(137), 'recorded runtime.crash'],
    ['SIGKILL, having said nothing', [], exit(null, 'SIGKILL'), 'recorded runtime.crash'],
    ['1 and the kernel’s word on memory', [...WORK, KERNEL], exit(1), 'recorded unknown.unmatched, drift'],
    ['124', WORK, exit(124), 'recorded runtime.stalled'],
    ['126', WORK, exit(126), 'recorded runtime.missing_binary'],
    ['127', WORK, exit(127), 'recorded runtime.missing_binary'],
    ['139', WORK, exit(139), 'recorded runtime.crash'],
    ['SIGABRT', WORK, exit(null, 'SIGABRT'), 'recorded runtime.crash'],
    [
      '134 behind words that say why it crashed',
      ['FATAL ERROR: heap out of memory'],
      exit(134),
      'recorded runtime.oom',
    ],
    ['139 behind another failure', ['Error: 429 Too Many Requests'], exit(139), 'recorded runtime.crash'],
    ['137 behind its last statement', [...WORK, 'Error: 429 Too Many Requests'], exit(137), 'recorded rate_limit.429'],
    ['124 behind a retry', ['Error: 429 Too Many Requests', 'Retrying in 8 s …'], exit(124), 'recorded rate_limit.429'],
    [
      '1 behind a statement after prose',
      [...WORK, 'Error: invalid API key'],
      exit(1),
      'recorded auth.invalid_credentials',
    ],
    [
      '1 after a statement in a fence',
      ['```', 'Error: invalid API key', '```'],
      exit(1),
      'recorded unknown.unmatched, drift',
    ],
    ['1 and no known word', WORK, exit(1), 'recorded unknown.unmatched, drift'],
    ['143', WORK, exit(143), ''],
    ['130', WORK, exit(130), ''],
    ['SIGTERM', WORK, exit(null, 'SIGTERM'), ''],
    ['0', [...WORK, KERNEL], exit(0), ''],
    ['what is not known', WORK, exit(null), ''],
  ])('with %s is named', (_what, lines, over, expected) => {
    const outcome = name(lines, over);
    expect(short(outcome)).toBe(expected);
    expect(outcome.state.verdict).toBeUndefined();
  });

  test('is recorded as what it is, with the line that tells, and says that this was found after the end', () => {
    const record = FailureRecord.parse(recordOf(name([...WORK, KERNEL, 'bye'], exit(137))));
    expect(record).toMatchObject({
      disposition: 'recorded',
      reason: expect.stringContaining('after the run had ended'),
      rule: { pack: 'post-mortem', id: 'out-of-memory' },
      grade: 'mixed',
      evidence: [{ excerpt: KERNEL }],
    });
    expect(record.command_id).toBeUndefined();
  });

  test('by a statement is known by the statement’s cause', () => {
    expect(recordOf(name(['Error: invalid API key'], exit(1))).rule).toMatchObject({ pack: 'test', id: 'key' });
  });

  test('is named once', () => {
    const { state } = name(WORK, exit(137));
    expect(name(WORK, state).effects).toEqual([]);
  });
});

describe('a failure that was recorded while the run lived', () => {
  const noted = (seq: number) => {
    const record = failureRecord(RUN, { category: 'network.connection', evidence: [evidence({ seq })] });
    return { noted: [record], recorded: { 'p/r': 1 } };
  };
  const talk = Array.from({ length: 40 }, (_, index) => `Step ${index} is done`);

  test.each<[string, number, number, string]>([
    ['names a run that was killed, where it is among the last words', 38, 137, ''],
    ['does not name a run that was killed long after', 3, 137, 'recorded runtime.crash'],
    ['names a run that failed without any other word', 3, 1, ''],
    ['does not explain a crash', 38, 139, 'recorded runtime.crash'],
  ])('%s', (_what, seq, code, expected) => {
    expect(short(name(talk, { ...exit(code), ...noted(seq) }))).toBe(expected);
  });

  test('explains nothing where its cause is unknown', () => {
    const record = failureRecord(RUN, { category: 'unknown.unmatched', evidence: [evidence({ seq: 40 })] });
    const over = { ...exit(137), noted: [record], recorded: { 'drift/1': 1 } };
    expect(short(name(talk, over))).toBe('recorded runtime.crash, suppressed unknown.unmatched');
  });
});

test('events of a structured stream are no statements of text, and a host’s lines between them are', () => {
  const event = '{"type":"assistant","text":"Error: invalid API key \\"OOMKilled\\": true"}';
  expect(short(name([event], exit(137), false))).toBe('recorded runtime.crash');
  expect(short(name([event, KERNEL], exit(137), false))).toBe('recorded runtime.oom');
});

test.each([137, 1])(
  'what was named of a run that exited with %i is withdrawn when its result comes after all',
  (code) => {
    const { state } = name(WORK, exit(code));
    const { effects } = withdrawNoted(state);
    expect(named(effects)).toEqual([expect.stringMatching(/^suppressed (?:runtime\.crash|unknown\.unmatched)$/)]);
  },
);

test.each<[string, Partial<RunState>, boolean]>([
  ['with an error', exit(1), true],
  ['by a signal', exit(null, 'SIGKILL'), true],
  ['with 0', exit(0), false],
  ['in a way that is not known', exit(null), false],
  ['after its host asked it to end', exit(143), false],
  ['after a verdict', { ...exit(1), verdict: endedAt().verdict }, false],
  ['after a result', { ...exit(1), succeeded: { at_ms: T0, position: { seq: 1, row: 0 } } }, false],
  ['that is still there', {}, false],
])('a run that ended %s ended badly: %3$s', (_what, over, expected) => {
  expect(endedBadly(stateWith(over))).toBe(expected);
});
