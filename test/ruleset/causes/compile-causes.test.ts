import { describe, expect, it } from 'vitest';
import { RuleOverrides } from '../../../src/contracts/rule-pack.ts';
import { readFailure } from '../../../src/decode/failure/read-failure.ts';
import { compileCauses } from '../../../src/ruleset/causes/compile-causes.ts';
import { causePack, someCauses } from './build-causes.ts';

describe('isBanner', () => {
  const { isBanner } = someCauses({ any: [{ banner: '(invalid api key|login required)' }] });

  it.each([
    'Invalid API key',
    'Invalid API key · Please run /login',
    'Login required to continue',
    'Login required: run `x login` first',
  ])('takes %s for one', (line) => {
    expect(isBanner(line)).toBe(true);
  });

  it.each(['Invalid API key handling moved', 'An invalid API key', 'Login required: no'])('leaves %s', (line) => {
    expect(isBanner(line)).toBe(false);
  });

  it('knows none where no cause has one', () => {
    expect(someCauses({ any: [{ status: 401 }] }).isBanner('anything')).toBe(false);
  });
});

describe('compileCauses', () => {
  const overrides = (override: Record<string, unknown>) =>
    RuleOverrides.parse({
      schema: 'knell.overrides/v1',
      rules: { 'test/cause-0': { reason: 'a test', ...override } },
    });
  const failure = readFailure({ message: 'gone' });
  const pack = causePack([{ any: [{ message: 'gone' }] }]);

  it("gives a cause its category's remedy and next step", () => {
    const rule = compileCauses([pack], 'd').all[0]?.rule;
    expect(rule).toMatchObject({ key: 'test/cause-0', rule: { category: 'auth.token_expired', action: 'abort' } });
    expect(rule?.rule.remedy).not.toBe('');
  });

  it('leaves out what a deployment has switched off, or what is deprecated', () => {
    expect(compileCauses([pack], 'd', overrides({ disabled: true })).resolve(failure, 'x')).toBeUndefined();
    const old = causePack([{ any: [{ message: 'gone' }], status: 'deprecated' }]);
    expect(compileCauses([old], 'd').resolve(failure, 'x')).toBeUndefined();
  });

  it('does what an override says', () => {
    const { resolve } = compileCauses([pack], 'd', overrides({ action: 'record' }));
    expect(resolve(failure, 'x')?.cause.rule.rule.action).toBe('record');
  });
});

describe('time', () => {
  const { time } = someCauses(
    { any: [{ message: 'gone' }] },
    { any: [{ message: 'shut|away' }] },
    { any: [{ status: 401 }] },
  );
  // A clock that moves on by one with each look.
  const timesOf = (failure: Parameters<typeof readFailure>[0]) => {
    let nowMs = 0;
    return time(readFailure(failure), 'any', () => nowMs++);
  };

  it('says what the words of each cause take, and which cause it is', () => {
    expect(timesOf({ message: 'the gateway is shut', status: 401 })).toEqual([
      { key: 'test/cause-0', held: false, ms: 1 },
      { key: 'test/cause-1', held: true, ms: 1 },
      { key: 'test/cause-2', held: false, ms: 0 },
    ]);
  });

  it('finds the cause that is known by its status alone', () => {
    expect(timesOf({ message: 'no', status: 401 }).map(({ held }) => held)).toEqual([false, false, true]);
  });
});
