import { describe, expect, it } from 'vitest';
import {
  DEFAULT_PROMOTION,
  obstaclesToPromotion,
  promotionPolicy,
  type WouldAbort,
  weigh,
  weighByRule,
} from '../../../src/authoring/replay/evidence.ts';

const run = (ended: WouldAbort['ended'], laterMs?: number, rule = 'acme/licence'): WouldAbort => ({
  run: `a1.${ended}.1`,
  rule,
  ended,
  laterMs,
});
const DAY_MS = 86_400_000;

describe('what became of runs that would have been ended', () => {
  it('is right where they failed, wrong where they succeeded, and else not known', () => {
    const runs = [
      run('failed', 1_000),
      run('failed', 1_800_000),
      run('failed', 3_600_000),
      run('succeeded'),
      run('aborted'),
      run('unknown'),
    ];
    expect(weigh(runs)).toEqual({
      right: 3,
      wrong: 1,
      unknown: 2,
      median_seconds_later: 1_800,
      slot_hours: 1.5,
      wrong_runs: ['a1.succeeded.1'],
    });
  });

  it('saves nothing where a run had ended before', () => {
    expect(weigh([run('failed', -5_000)])).toMatchObject({ right: 1, median_seconds_later: 0, slot_hours: 0 });
    expect(weigh([])).toMatchObject({ right: 0, median_seconds_later: null });
  });

  it('is told by rule', () => {
    const byRule = weighByRule([run('failed', 0, 'b/b'), run('succeeded', 0, 'a/a'), run('failed', 0, 'b/b')]);
    expect([...byRule].map(([rule, { right, wrong }]) => [rule, right, wrong])).toEqual([
      ['a/a', 0, 1],
      ['b/b', 2, 0],
    ]);
  });
});

describe('promotion', () => {
  const enough = weigh(Array.from({ length: 20 }, () => run('failed', 1_000)));

  it('needs runs that failed, none that succeeded, and time', () => {
    expect(obstaclesToPromotion(enough, 3 * DAY_MS, DEFAULT_PROMOTION)).toEqual([]);
  });

  it.each([
    ['one that succeeded', { ...enough, wrong: 1, wrong_runs: ['a1.e1.1'] }, 3 * DAY_MS, /that succeeded.*a1\.e1\.1/],
    ['too few that failed', { ...enough, right: 19 }, 3 * DAY_MS, /19 runs.*20 are asked for/],
    ['too little time', enough, 2 * DAY_MS, /tried for 2\.0 days, 3\.0/],
  ])('is refused for %s', (_, evidence, triedMs, reason) => {
    expect(obstaclesToPromotion(evidence, triedMs, DEFAULT_PROMOTION)).toEqual([expect.stringMatching(reason)]);
  });

  it.each([
    ['nothing', [{}], undefined, DEFAULT_PROMOTION],
    ['one figure', [{ promotion: { right: 2 } }], undefined, { ...DEFAULT_PROMOTION, right: 2 }],
    [
      'figures in several packs, the strictest',
      [{ promotion: { right: 5, wrong: 2, days: 1 } }, {}, { promotion: { right: 9, wrong: 1, days: 0.5 } }],
      undefined,
      { right: 9, wrong: 1, forMs: DAY_MS },
    ],
    [
      'less than the active rules do, not less',
      [{ promotion: { right: 0, wrong: 9, days: 0 } }],
      [{ promotion: { right: 3 } }],
      { ...DEFAULT_PROMOTION, right: 3 },
    ],
    ['less than active rules that say nothing', [{ promotion: { days: 0 } }], [{}], DEFAULT_PROMOTION],
  ])('asks for what packs say: %s', (_, candidate, active, policy) => {
    expect(promotionPolicy(candidate, active)).toEqual(policy);
  });
});
