import { describe, expect, test } from 'vitest';
import { applyAck, closeRecord, followCommand } from '../../src/classify/follow-command.ts';
import { recordId } from '../../src/classify/ids.ts';
import { ENDED_BY_ITSELF } from '../../src/classify/reach-verdict.ts';
import type { Ack, AckOutcome } from '../../src/contracts/ack.ts';
import { FailureRecord } from '../../src/contracts/failure-record.ts';
import { Notice } from '../../src/contracts/notice.ts';
import type { RunState, VerdictState } from '../../src/contracts/run-state.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { diagnosis, endedAt, evidence, named } from '../support/decisions.ts';
import { RUN, T0 } from '../support/messages.ts';

const ended = (over: Partial<RunState> = {}): RunState => ({ ...endedAt(T0), ...over });
const endedWith = (verdict: Partial<VerdictState>, over: Partial<RunState> = {}) =>
  ended({ ...over, verdict: { ...endedAt(T0).verdict, ...verdict } });
const exit = (atMs: number, code: number | null = null, signal: string | null = 'SIGTERM') => ({
  exited: { at_ms: atMs, code, signal },
});
const ack = (outcome: AckOutcome = 'terminated', command_id = endedAt().verdict.command_id as string): Ack => ({
  schema: 'knell.ack/v1',
  command_id,
  ...RUN,
  outcome,
  by: 'tap',
  at: formatTime(T0),
});

describe('an ack', () => {
  test("is taken in at the server's time, and the command is offered no more", () => {
    const { state, effects } = applyAck(ended(), ack(), T0 + 400);
    expect(effects).toEqual([]);
    expect(state.verdict?.acked).toEqual({ outcome: 'terminated', by: 'tap', at_ms: T0 + 400 });
    expect(state.verdict?.next_offer_ms).toBeUndefined();
  });

  test('counts where it is the first, and of this very command', () => {
    const once = applyAck(ended(), ack(), T0).state;
    expect(applyAck(once, ack('refused'), T0 + 1)).toEqual({ state: once, effects: [] });
    const state = ended();
    expect(applyAck(state, ack('terminated', 'abort-of-another'), T0)).toEqual({ state, effects: [] });
  });

  test.each<[AckOutcome, AckOutcome, string]>([
    ['already_finished', 'terminated', 'recorded'],
    ['terminated', 'already_finished', 'aborted'],
  ])('that was stored first counts where it is read second: %s before %s', (first, second, disposition) => {
    const over = exit(T0 + 300);
    const overtaken = applyAck(ended(over), ack(second), T0 + 20, 8).state;
    const { state, effects } = applyAck(overtaken, ack(first), T0 + 10, 7);
    expect(state.verdict).toMatchObject({
      acked: { outcome: first, at_ms: T0 + 10, seq: 7 },
      disposition,
      revision: 2,
    });
    const { reason: _, ...straight } = applyAck(ended(over), ack(first), T0 + 10, 7).state.verdict?.record ?? {};
    expect(effects).toMatchObject([{ kind: 'record', revision: 2, record: straight }]);
    expect(state.verdict?.record.reason).toBe(disposition === 'recorded' ? ENDED_BY_ITSELF : undefined);
    expect(applyAck(state, ack(second), T0 + 20, 8)).toEqual({ state, effects: [] });
  });

  test('of a run that has exited already closes its record', () => {
    expect(named(applyAck(ended(exit(T0 + 300)), ack(), T0 + 400).effects)).toEqual(['aborted auth.token_expired']);
  });
});

describe('the last version of a record', () => {
  test('waits for the exit and for the answer', () => {
    expect(closeRecord(ended()).effects).toEqual([]);
    expect(closeRecord(ended(exit(T0 + 300))).effects).toEqual([]);
  });

  test('says how long each step took, also where the host reports the exit before its answer', () => {
    const { state, effects } = applyAck(ended(exit(T0 + 300)), ack(), T0 + 400);
    expect(effects).toMatchObject([
      {
        revision: 1,
        record: { timings: { evidence_to_command_ms: 0, command_to_ack_ms: 400, ack_to_exit_ms: -100 } },
      },
    ]);
    expect(state.verdict).toMatchObject({ closed: true, revision: 1 });
    expect(closeRecord(state)).toEqual({ state, effects: [] });
  });

  test.each<[string, RunState, string]>([
    ['its exit stood in the stream before the command', ended(exit(T0 - 1, 1, null)), 'recorded'],
    ['its host found nothing to end', applyAck(ended(), ack('already_finished'), T0).state, 'recorded'],
    ['its host refused to end it', applyAck(ended(), ack('refused'), T0).state, 'recorded'],
    ['its host does not know it', applyAck(ended(), ack('not_found'), T0).state, 'recorded'],
    ['its host ended it', applyAck(ended(), ack(), T0).state, 'aborted'],
  ])('says how the run ended: %s', (_what, state, disposition) => {
    const { effects } = closeRecord({ ...exit(T0 + 1), ...state });
    expect(effects).toMatchObject([{ record: { disposition } }]);
    expect((effects[0] as { record: FailureRecord }).record.reason).toBe(
      disposition === 'recorded' ? ENDED_BY_ITSELF : undefined,
    );
  });

  test('comes too where a run exits at the moment of its command, and no host answers', () => {
    expect(closeRecord(ended(exit(T0))).effects).toEqual([]);
    expect(named(closeRecord(endedWith({ unanswered: true }, exit(T0))).effects)).toEqual([
      'aborted auth.token_expired',
    ]);
  });

  describe('of a run that reported its result after the command and exited with 0, before any answer,', () => {
    const succeeded = { at_ms: T0 + 5, position: { seq: 9, row: 0 } };
    const over = { ...exit(T0 + 10, 0, null), succeeded };

    test('says that it ended by itself', () => {
      expect(closeRecord(ended(over)).effects).toEqual([]);
      const { state } = followCommand(ended(over), T0 + 60_000);
      expect(closeRecord(state).effects).toMatchObject([
        { record: { disposition: 'recorded', reason: ENDED_BY_ITSELF } },
      ]);
      expect(closeRecord(endedWith({ unanswered: true }, over)).effects).toMatchObject([
        { record: { disposition: 'recorded' } },
      ]);
    });

    test('says that knell ended it where its host says so late', () => {
      const { state } = closeRecord(followCommand(ended(over), T0 + 60_000).state);
      const { effects } = applyAck(state, ack(), T0 + 70_000);
      expect(effects).toMatchObject([{ revision: 2, record: { disposition: 'aborted' } }]);
      expect((effects[0] as { record: FailureRecord }).record.reason).toBeUndefined();
    });

    test.each<[string, Partial<RunState>]>([
      ['it exited with an error', exit(T0 + 10, 1, null)],
      ['it reported no result', { succeeded: undefined as never }],
    ])('but not where %s', (_what, changes) => {
      const { state } = followCommand(ended({ ...over, ...changes }), T0 + 60_000);
      expect(named(closeRecord(state).effects)).toEqual(['aborted auth.token_expired']);
    });
  });

  test.each<[string, Partial<RunState>, AckOutcome, string]>([
    ['its host ended it', exit(T0 + 1), 'superseded', 'suppressed'],
    ['knell ended it', exit(T0 + 1), 'terminated', 'aborted'],
    ['it ended with an error', exit(T0 + 1, 1, null), 'superseded', 'aborted'],
  ])('of a run that only said what clients print while they die, where %s', (_what, over, outcome, disposition) => {
    const echo = diagnosis({}, { evidence: evidence({ event: 'result/error_during_execution' }) });
    const { effects } = applyAck({ ...endedAt(T0, echo), ...over }, ack(outcome), T0 + 2);
    expect(effects).toMatchObject([{ record: { disposition } }]);
  });
});

describe('a command without an answer', () => {
  test('is offered again after 5 s, then at doubled distances, until it expires', () => {
    let state: RunState = ended();
    const offeredAt: number[] = [];
    for (let second = 0; second < 900; second += 1) {
      const outcome = followCommand(state, T0 + second * 1_000);
      if (outcome.effects.length > 0) offeredAt.push(second);
      state = outcome.state;
    }
    expect(offeredAt).toEqual([5, 15, 35, 75, 155, 315, 635]);
    expect(state.verdict).toMatchObject({ offered: 8, next_offer_ms: T0 + 900_000 });
  });

  test('is reported once it has expired: a record and a notice, once', () => {
    const state = endedWith({ next_offer_ms: T0 + 900_000, offered: 8 });
    const { state: after, effects } = followCommand(state, T0 + 900_000);
    expect(named(effects)).toEqual(['recorded platform.command_unanswered', 'notice command_unanswered']);
    const [first, second] = effects as unknown as [{ record: FailureRecord }, { notice: Notice }];
    expect(FailureRecord.parse(first.record)).toMatchObject({
      record_id: recordId(RUN, 'command-unanswered'),
      next_action: 'notify_owner',
      message: expect.stringContaining('offered 8 times'),
    });
    expect(Notice.parse(second.notice)).toMatchObject({ ...RUN, command_id: state.verdict?.command_id });
    expect(followCommand(after, T0 + 2_000_000)).toEqual({ state: after, effects: [] });
  });

  test.each<[string, Partial<RunState>]>([
    ['that has exited', exit(T0 + 1)],
    ['that a newer attempt has replaced', { superseded_by: 2 }],
  ])('is not offered to a run %s', (_what, over) => {
    const { state, effects } = followCommand(ended(over), T0 + 5_000);
    expect([effects, state.verdict?.next_offer_ms]).toEqual([[], undefined]);
  });

  test('is not offered before its time', () => {
    const state = ended();
    expect(followCommand(state, T0 + 4_999)).toEqual({ state, effects: [] });
  });
});
