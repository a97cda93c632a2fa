import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { newRunState } from '../../../src/classify/run-state.ts';
import { closingWords, remarkOn, suspectedWords } from '../../../src/cli/tap/local-messages.ts';
import type { FailureRecord } from '../../../src/contracts/failure-record.ts';
import type { RunState, VerdictState } from '../../../src/contracts/run-state.ts';
import { abortCommand, failureRecord } from '../../support/messages.ts';

const run = { agent: 'a', execution: 'e', attempt: 1 };
const plain = pc.createColors(false);
const record = (other: Partial<FailureRecord>): FailureRecord => ({ ...failureRecord(run), ...other });

describe('what is said of a message', () => {
  it.each<[string, Parameters<typeof remarkOn>[0], RegExp | undefined]>([
    ['an abort command: nothing, the tap says it', abortCommand(run), undefined],
    [
      'a suspicion that came to nothing: nothing',
      record({ disposition: 'suppressed', reason: 'it went on' }),
      undefined,
    ],
    [
      'a verdict in shadow mode',
      record({ disposition: 'would_abort', reason: 'shadow mode' }),
      /^knell: would end this run: /,
    ],
    [
      'a verdict of an experimental rule',
      record({ disposition: 'would_abort', reason: 'the rule is experimental' }),
      /^knell: would end this run, but the rule is experimental: /,
    ],
    ['a warning', record({ disposition: 'warned' }), /^knell: warning: /],
    [
      'a notice that tries to steer the terminal',
      { schema: 'knell.notice/v1', kind: 'stall', at: '2026-01-01T00:00:00Z', message: 'silent\n\u001b[2Jfor long' },
      /^knell: notice: silent \[2Jfor long$/,
    ],
  ])('%s', (_, message, words) => {
    const remark = remarkOn(message, plain);
    if (words === undefined) expect(remark).toBeUndefined();
    else expect(remark).toMatch(words);
  });
});

describe('what is said at the end', () => {
  const verdict = (other: Partial<VerdictState>): VerdictState => ({
    record_id: 'r',
    disposition: 'aborted',
    category: 'auth.token_expired',
    rule_key: 'p/r',
    precedence: 0,
    evidence_ms: 1_000,
    issued_ms: 2_000,
    record: record({ next_action: 'switch_subscription' }),
    later: 0,
    revision: 1,
    offered: 1,
    unanswered: false,
    closed: true,
    ...other,
  });
  const exited = { at_ms: 184_000, code: 1, signal: null };
  const acked = (outcome: 'terminated' | 'already_finished') => ({ outcome, by: 'tap', at_ms: 3_000 });
  it.each<[string, Partial<RunState>, string | undefined]>([
    ['a run that never began', {}, undefined],
    ['a healthy run', { started_ms: 0, exited }, 'knell: nothing wrong found (9 lines, 184 s)'],
    [
      'a run with something noted',
      { started_ms: 0, exited, recorded: { 'p/r': 3 } },
      'knell: nothing that dooms the run, 1 thing noted (9 lines, 184 s)',
    ],
    [
      'a run that failed by itself, of what is recorded',
      { started_ms: 0, exited, noted: [record({ category: 'runtime.oom', next_action: 'retry' })] },
      'knell: this run failed: runtime.oom (claude-code/token-expired). Next: retry.',
    ],
    [
      'a run that exited well with something recorded',
      { started_ms: 0, exited: { ...exited, code: 0 }, noted: [record({})], recorded: { 'p/r': 1 } },
      'knell: nothing that dooms the run, 1 thing noted (9 lines, 184 s)',
    ],
    [
      'a run that was ended',
      { started_ms: 0, exited, verdict: verdict({ acked: acked('terminated') }) },
      'knell: ended this run after 3.0 s, told to after 2.0 s: auth.token_expired (p/r). Next: switch_subscription.',
    ],
    [
      'a run that would not die',
      { started_ms: 0, exited, verdict: verdict({}) },
      'knell: could not end this run: auth.token_expired (p/r). Next: switch_subscription.',
    ],
    [
      'a run that only watching could not end',
      { started_ms: 0, exited, verdict: verdict({ disposition: 'would_abort' }) },
      'knell: would have ended this run after 2.0 s, 182 s before its end: auth.token_expired (p/r). Next: switch_subscription. With --obey it would have been ended.',
    ],
    [
      'a run that had failed by itself',
      { started_ms: 0, exited, verdict: verdict({ issued_ms: 184_000, acked: acked('already_finished') }) },
      'knell: this run failed: auth.token_expired (p/r). Next: switch_subscription.',
    ],
  ])('%s', (_, known, words) => {
    const state = { ...newRunState(run), ...known };
    expect(closingWords({ state, lines: 9, bytes: 90 }, 0, plain)).toBe(words);
  });

  it('never says that nothing was found where something was told', () => {
    const state = { ...newRunState(run), started_ms: 0, exited: { ...exited, code: 0 } };
    expect(closingWords({ state, lines: 9, bytes: 90 }, 1, plain)).toBe(
      'knell: nothing that dooms the run, 1 thing noted (9 lines, 184 s)',
    );
  });
});

describe('what is said of a suspicion that stays one', () => {
  const suspected = (): RunState => ({
    ...newRunState(run),
    suspicions: [
      {
        rule: { id: 'banner', pack: 'acme', version: '1.0.0', digest: 'd' },
        rule_key: 'acme/banner',
        grade: 'mixed',
        precedence: 0,
        position: { seq: 1, row: 0 },
        at_ms: 0,
        clause: 0,
        due_ms: null,
      },
    ],
  });

  it.each<[string, Parameters<typeof suspectedWords>[1], boolean, string]>([
    ['the process that works', { pid: 12, name: 'sleep' }, true, '; not ended while process 12 (sleep) works'],
    ['it without a name', { pid: 12 }, false, '; it would not be ended while process 12 works'],
    ['that it may go on', undefined, true, '; not ended yet: it may go on'],
  ])('names the rule and %s', (_, worker, obey, words) => {
    expect(suspectedWords(suspected(), worker, obey, plain)).toBe(`knell: suspected: acme/banner${words}`);
  });

  it('is nothing where there is none', () => {
    expect(suspectedWords(newRunState(run), undefined, true, plain)).toBeUndefined();
  });
});
