import { describe, expect, test } from 'vitest';
import { buildCommand, buildRecord, verdictFields } from '../../src/classify/build-messages.ts';
import { commandId, recordId } from '../../src/classify/ids.ts';
import { DEFAULT_POLICY } from '../../src/classify/policy.ts';
import { AbortCommand } from '../../src/contracts/abort-command.ts';
import type { NextAction } from '../../src/contracts/categories.ts';
import { FailureRecord } from '../../src/contracts/failure-record.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { diagnosis, stateWith } from '../support/decisions.ts';
import { RUN, T0 } from '../support/messages.ts';

describe('what a command and a record say alike', () => {
  test.each<[NextAction, boolean]>([
    ['retry', true],
    ['retry_after', true],
    ['switch_subscription', true],
    ['fail', false],
    ['fix_agent', false],
    ['notify_owner', false],
  ])('next action %s: retryable %s, unless the rule says otherwise', (next, retryable) => {
    expect(verdictFields(diagnosis({ next }), stateWith())).toMatchObject({ next_action: next, retryable });
    expect(verdictFields(diagnosis({ next, retryable: !retryable }), stateWith()).retryable).toBe(!retryable);
  });

  test.each<[string, NextAction, { at_ms: number; source: 'event' | 'text' } | undefined, object]>([
    ['a known reset', 'fail', { at_ms: T0, source: 'text' }, { not_before: formatTime(T0), reset_source: 'text' }],
    ['a retry whose time is not known', 'retry_after', undefined, { reset_source: 'none' }],
    ['no reset at all', 'fail', undefined, {}],
  ])('%s', (_what, next, reset, expected) => {
    const { not_before, reset_source } = verdictFields(
      diagnosis({ next }, reset && { reset }),
      stateWith(),
    ) as Partial<AbortCommand>;
    expect(JSON.parse(JSON.stringify({ not_before, reset_source }))).toEqual(expected);
  });

  test('the prose quotes the run and ends with the remedy; a run without a word is said to have none', () => {
    const found = diagnosis({ remedy: 'Log in again.' });
    expect(verdictFields(found, stateWith()).message).toBe(
      'The token has expired. The run said: "OAuth token has expired". Log in again.',
    );
    const { evidence: _, ...silent } = found.detection;
    const fields = verdictFields({ ...found, detection: silent }, stateWith());
    expect(fields.message).toBe('The token has expired. The run has said nothing at all. Log in again.');
    expect(fields.evidence).toEqual([]);
  });

  test('what is not known of the run is said to be unknown', () => {
    const { category: _, ...uncategorised } = diagnosis().rule;
    expect(verdictFields({ ...diagnosis(), rule: uncategorised }, stateWith())).toMatchObject({
      category: 'unknown.unmatched',
      credential: { kind: 'unknown' },
      runtime: { name: 'generic' },
    });
    const known = stateWith({ runtime: 'codex', runtime_version: '0.171.0' });
    expect(verdictFields(diagnosis(), known).runtime).toEqual({ name: 'codex', version: '0.171.0' });
  });
});

describe('an abort command', () => {
  test("is a whole one that names the run and is valid for the policy's time", () => {
    const command = buildCommand(diagnosis(), stateWith(), { ...DEFAULT_POLICY, commandTtlMs: 90_000 }, T0);
    expect(AbortCommand.parse(command)).toMatchObject({
      ...RUN,
      command_id: commandId(RUN),
      issued_at: formatTime(T0),
      expires_at: formatTime(T0 + 90_000),
    });
    expect(command).not.toHaveProperty('last_words_ms');
  });

  test('leaves a run two seconds for its last words where a refused OAuth token is all that is known', () => {
    const refused = diagnosis({ category: 'auth.invalid_credentials' });
    const oauth = stateWith({ credential: { kind: 'oauth' } });
    expect(buildCommand(refused, oauth, DEFAULT_POLICY, T0).last_words_ms).toBe(2_000);
    expect(buildCommand(diagnosis(), oauth, DEFAULT_POLICY, T0).last_words_ms).toBeUndefined();
  });
});

describe('a failure record', () => {
  const build = (nowMs: number, details: Partial<Parameters<typeof buildRecord>[4]> = {}) =>
    buildRecord(diagnosis(), stateWith(), { ...DEFAULT_POLICY, mode: 'shadow' }, nowMs, {
      disposition: 'recorded',
      about: 'test/token-expired',
      ...details,
    });

  test('is a whole one, known by its run and what it is about', () => {
    expect(FailureRecord.parse(build(T0))).toMatchObject({
      record_id: recordId(RUN, 'test/token-expired'),
      mode: 'shadow',
      disposition: 'recorded',
    });
    expect(build(T0, { about: 'verdict' }).record_id).toBe(recordId(RUN, 'verdict'));
  });

  test('names a reason and a command only where there are any', () => {
    expect(build(T0)).not.toHaveProperty('reason');
    expect(build(T0)).not.toHaveProperty('command_id');
    expect(build(T0, { reason: 'shadow mode', commandId: 'c1' })).toMatchObject({
      reason: 'shadow mode',
      command_id: 'c1',
    });
  });

  test('says how long the decision took, and never less than nothing where a clock went back', () => {
    expect(build(T0 + 250).timings).toEqual({ evidence_to_command_ms: 250 });
    expect(build(T0 - 250).timings).toEqual({ evidence_to_command_ms: 0 });
  });
});
