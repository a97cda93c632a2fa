import { describe, expect, test } from 'vitest';
import {
  failureFingerprint,
  isUnmatchedFailure,
  recordBadExit,
  recordUnmatchedFailure,
} from '../../src/classify/unmatched-failure.ts';
import { FailureRecord } from '../../src/contracts/failure-record.ts';
import { Notice } from '../../src/contracts/notice.ts';
import type { RunState } from '../../src/contracts/run-state.ts';
import { claude } from '../support/claude-lines.ts';
import { contextAt, endedAt, evidence, named, occurrenceOf, stateWith } from '../support/decisions.ts';
import { T0 } from '../support/messages.ts';
import { rulesFrom } from '../support/rules.ts';

const none = rulesFrom('rules: []');
const strange = (text = 'The flux capacitor is empty') => occurrenceOf(none, claude.fails(text, 500));

describe('a kind of failure', () => {
  const print = (text: string) => failureFingerprint('claude-code', 'result', text);

  test.each<[string, string, string]>([
    ['numbers and times', 'failed after 3 tries at 12:00:01', 'failed after 25 tries at 09:14:59'],
    ['ids', 'request req_011CSk3 failed', 'request req_9zzQ failed'],
    [
      'UUIDs',
      'session 3f2504e0-4f89-11d3-9a0c-0305e82c3301 is gone',
      'session 7c9e6679-7425-40de-944b-e07fc1f90ae7 is gone',
    ],
    ['hashes', 'object 4b825dc642cb6eb9a060e54bf8d69288 is missing', 'object d670460b4b4aece5915caf5c is missing'],
    ['paths', 'cannot open /home/ann/a/b.ts', 'cannot open /srv/x/y/z.py'],
    ['addresses', 'GET https://a.example/x failed', 'GET https://b.example/y?z=1 failed'],
    ['quoted names', 'no tool "Bash" here', "no tool 'Write' here"],
    ['the case and the spaces', 'Flux  capacitor is EMPTY', 'flux capacitor is empty'],
  ])('is the same whatever its %s', (_what, one, other) => {
    expect(print(one)).toBe(print(other));
    expect(print(one)).toMatch(/^v1-[0-9a-f]{16}$/);
  });

  test('is another where the words, the event or the runtime are', () => {
    const known = print('cannot open the file');
    expect(print('cannot close the file')).not.toBe(known);
    expect(failureFingerprint('claude-code', 'system', 'cannot open the file')).not.toBe(known);
    expect(failureFingerprint('codex', 'result', 'cannot open the file')).not.toBe(known);
  });
});

describe('an event that no rule knows', () => {
  const rules = rulesFrom(`rules: [{ id: known, match: [{ event: result, text: 'known trouble' }] }]`);

  test.each<[string, string, boolean]>([
    ['the runtime says that something failed', claude.fails('unheard of', 500), true],
    ['a rule knows it', claude.fails('known trouble', 500), false],
    ['it claims no failure', claude.succeeds(), false],
    ['the model speaks', claude.says('Error: unheard of'), false],
    ['a tool speaks', claude.toolSays('Error: unheard of'), false],
    ['a subagent failed', claude.synthetic('unheard of', 'unknown', 'toolu_1'), false],
  ])('%s: %3$s', (_what, line, expected) => {
    expect(isUnmatchedFailure(occurrenceOf(rules, line))).toBe(expected);
  });

  test('is recorded and counted, and never ends the run', () => {
    const { state, effects } = recordUnmatchedFailure(stateWith(), strange(), contextAt());
    expect(named(effects)).toEqual(['recorded unknown.unmatched', 'drift']);
    const [{ record }, { notice, fingerprint }] = effects as unknown as [
      { record: FailureRecord },
      { notice: Notice; fingerprint: string },
    ];
    expect(FailureRecord.parse(record).evidence).toMatchObject([{ excerpt: 'The flux capacitor is empty' }]);
    expect(Notice.parse(notice)).toMatchObject({
      kind: 'drift',
      fingerprint,
      runtime: 'claude-code',
      event: 'result',
      excerpt: 'The flux capacitor is empty',
    });
    expect(state.noted).toEqual([record]);
    expect(state.verdict).toBeUndefined();
  });

  test('is recorded once for a run and a kind', () => {
    const { state } = recordUnmatchedFailure(stateWith(), strange('attempt 1 failed'), contextAt());
    expect(recordUnmatchedFailure(state, strange('attempt 2 failed'), contextAt())).toEqual({ state, effects: [] });
  });

  test('is recorded for eight kinds of one run at most', () => {
    const words = ['ant', 'bee', 'cat', 'dog', 'eel', 'fox', 'gnu', 'hen', 'ibis'];
    let state: RunState = stateWith();
    const counts = words.map((word) => {
      const outcome = recordUnmatchedFailure(state, strange(`no ${word}`), contextAt());
      state = outcome.state;
      return outcome.effects.length;
    });
    expect(counts).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 0]);
  });

  test('is nothing in a run that has its verdict', () => {
    const state = endedAt();
    expect(recordUnmatchedFailure(state, strange(), contextAt())).toEqual({ state, effects: [] });
  });
});

describe('a bad exit', () => {
  const exit = (code: number | null, signal: string | null = null) => ({ exited: { at_ms: T0, code, signal } });

  test('is recorded with the last line, and known by how it ended and what it said', () => {
    const print = (over: Partial<RunState>, excerpt?: string) => {
      const last = excerpt === undefined ? undefined : evidence({ excerpt });
      const { effects } = recordBadExit(stateWith(over), last, contextAt(T0 + 3_000));
      expect(named(effects)).toEqual(['recorded unknown.unmatched', 'drift']);
      return (effects[1] as { fingerprint: string }).fingerprint;
    };
    const known = print(exit(null, 'SIGKILL'), 'working on part 7');
    expect(print(exit(null, 'SIGKILL'), 'working on part 12')).toBe(known);
    expect(print(exit(null, 'SIGSEGV'), 'working on part 7')).not.toBe(known);
    expect(print(exit(null, 'SIGKILL'), 'all is lost')).not.toBe(known);
    expect(print(exit(null, 'SIGKILL'))).not.toBe(known);
  });
});
