import { describe, expect, test } from 'vitest';
import { addLaterEvidence } from '../../src/classify/add-later-evidence.ts';
import type { Diagnosis } from '../../src/classify/build-messages.ts';
import { RunState } from '../../src/contracts/run-state.ts';
import { contextAt, diagnosis, endedAt, evidence, named, stateWith } from '../support/decisions.ts';
import { T0 } from '../support/messages.ts';

const refused = diagnosis({ category: 'auth.invalid_credentials' }, { evidence: evidence({ sha256: '0'.repeat(64) }) });
const NOW = T0 + 500;
/** Another line of the same run. */
const later = (number: number, rule: Diagnosis['rule'] = refused.rule, atMs = T0): Diagnosis => ({
  rule,
  detection: {
    ...refused.detection,
    at_ms: atMs,
    evidence: evidence({ line: number, sha256: number.toString(16).padStart(64, '0') }),
  },
});
const expired = diagnosis().rule;
const linesOf = (state: RunState) => state.verdict?.record.evidence.map(({ line }) => line);

describe('a hit of a run that has its verdict', () => {
  test('is added to the evidence, and what is published stays as it is', () => {
    const { state, effects } = addLaterEvidence(endedAt(NOW, refused), later(9), contextAt(NOW));
    expect(effects).toEqual([]);
    expect(linesOf(state)).toEqual([3, 9]);
    expect(state.verdict).toMatchObject({ category: 'auth.invalid_credentials', later: 1, revision: 0 });
  });

  test('counts once, however often its line comes', () => {
    const once = addLaterEvidence(endedAt(NOW, refused), later(9), contextAt(NOW)).state;
    expect(addLaterEvidence(once, later(9), contextAt(NOW))).toEqual({ state: once, effects: [] });
  });

  test('on the same bytes in the other stream is another line', () => {
    const first = later(9);
    const once = addLaterEvidence(endedAt(NOW, refused), first, contextAt(NOW)).state;
    const other = { ...first.detection, evidence: evidence({ ...first.detection.evidence, stream: 'stderr' }) };
    const { state } = addLaterEvidence(once, { ...first, detection: other }, contextAt(NOW));
    expect(linesOf(state)).toHaveLength(3);
  });

  test('changes nothing once eight lines are kept, unless it names the cause more exactly', () => {
    let full: RunState = endedAt(NOW, refused);
    for (let line = 10; line < 17; line += 1) full = addLaterEvidence(full, later(line), contextAt(NOW)).state;
    expect(linesOf(full)).toEqual([3, 10, 11, 12, 13, 14, 15, 16]);
    expect(addLaterEvidence(full, later(17), contextAt(NOW))).toEqual({ state: full, effects: [] });
    const named = addLaterEvidence(full, later(18, expired), contextAt(NOW)).state;
    expect(linesOf(named)).toEqual([3, 10, 11, 12, 13, 14, 15, 18]);
    expect(named.verdict?.category).toBe('auth.token_expired');
    expect(RunState.safeParse(named).success).toBe(true);
  });
});

describe('a hit that names the cause more exactly', () => {
  test('renames the verdict and its record at once, with the lines that ended the run in front', () => {
    const { state, effects } = addLaterEvidence(endedAt(NOW, refused), later(9, expired), contextAt(NOW));
    expect(named(effects)).toEqual(['aborted auth.token_expired']);
    expect(effects).toMatchObject([{ revision: 1, record: { record_id: state.verdict?.record_id } }]);
    expect(linesOf(state)).toEqual([3, 9]);
    expect(state.verdict).toMatchObject({ category: 'auth.token_expired', revision: 1, issued_ms: NOW });
  });

  test('is not believed on poorer evidence than the verdict rests on', () => {
    const poor = later(9, expired);
    const { state, effects } = addLaterEvidence(
      endedAt(NOW, refused),
      { ...poor, detection: { ...poor.detection, grade: 'mixed' } },
      contextAt(NOW),
    );
    expect([effects, state.verdict?.category]).toEqual([[], 'auth.invalid_credentials']);
  });
});

describe('what was stored after the command', () => {
  const state = endedAt(NOW, refused);

  test.each(['billing.credit_exhausted', 'auth.forbidden', 'auth.not_logged_in'] as const)(
    'is an echo where it names %s, and names the cause where it was stored before',
    (category) => {
      const { rule } = diagnosis({ category });
      expect(addLaterEvidence(state, later(9, rule, NOW + 300), contextAt(NOW))).toEqual({ state, effects: [] });
      expect(addLaterEvidence(state, later(9, rule, NOW), contextAt(NOW)).state.verdict?.category).toBe(category);
    },
  );

  test('may name the cause more exactly within the same breath, and changes nothing else', () => {
    expect(named(addLaterEvidence(state, later(9, expired, NOW + 3_000), contextAt(NOW)).effects)).toEqual([
      'aborted auth.token_expired',
    ]);
    expect(addLaterEvidence(state, later(9, refused.rule, NOW + 3_000), contextAt(NOW))).toEqual({
      state,
      effects: [],
    });
  });

  test('changes nothing at all after that', () => {
    expect(addLaterEvidence(state, later(9, expired, NOW + 3_001), contextAt(NOW))).toEqual({ state, effects: [] });
  });

  test('counts in a finished log, where no command has reached the run', () => {
    const finished = contextAt(NOW, { finished: true });
    expect(linesOf(addLaterEvidence(state, later(9, refused.rule, NOW + 60_000), finished).state)).toEqual([3, 9]);
  });
});

test('a run without a verdict is left alone', () => {
  const state = stateWith();
  expect(addLaterEvidence(state, later(9), contextAt(NOW))).toEqual({ state, effects: [] });
});
