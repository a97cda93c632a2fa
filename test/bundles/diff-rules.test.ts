import { describe, expect, it } from 'vitest';
import { diffRules } from '../../src/bundles/diff-rules.ts';
import type { RuleOverrides } from '../../src/contracts/rule-pack.ts';
import { bundleWith, loaded } from '../support/bundles.ts';
import type { SomeRules } from '../support/rule-files.ts';

const rules = (some: SomeRules = {}) => ({ packs: loaded(bundleWith(some)).packs });

describe('what changed between two sets of rules', () => {
  it('is nothing where they are the same', () => {
    expect(diffRules(rules(), rules())).toEqual({ changes: [], packs: [] });
  });

  it.each<[string, SomeRules, SomeRules, object]>([
    [
      'a new rule that ends runs is a major step',
      {},
      { more: ['second'], version: '2.0.0' },
      { key: 'acme/second', kind: 'rule', change: 'new', newly_aborts: true, step: 'major' },
    ],
    [
      'a rule that comes to end runs is a major step',
      { action: 'record' },
      { version: '2.0.0' },
      { key: 'acme/licence', change: 'changed', fields: ['action'], newly_aborts: true, step: 'major' },
    ],
    [
      'a rule that is gone is a major step',
      { more: ['second'] },
      { version: '2.0.0' },
      { key: 'acme/second', change: 'gone', newly_aborts: false, step: 'major' },
    ],
    [
      'other words to look for are a minor step',
      {},
      { says: 'License expired', version: '1.1.0' },
      { key: 'acme/licence', change: 'changed', fields: ['examples', 'match'], newly_aborts: false, step: 'minor' },
    ],
    [
      'a rule that no longer ends runs is a minor step',
      {},
      { action: 'record', version: '1.1.0' },
      { key: 'acme/licence', change: 'changed', fields: ['action'], newly_aborts: false, step: 'minor' },
    ],
  ])('%s', (_, before, after, change) => {
    const diff = diffRules(rules(before), rules(after));
    expect(diff.changes).toMatchObject([change]);
    expect(diff.packs).toMatchObject([{ pack: 'acme', is_enough: true }]);
    expect(diff.packs[0]?.step).toBe((change as { step: string }).step);
  });

  it('is more than a version says that takes a smaller step', () => {
    const { packs } = diffRules(rules(), rules({ more: ['second'], version: '1.1.0' }));
    expect(packs).toEqual([
      { pack: 'acme', from: '1.0.0', to: '1.1.0', step: 'minor', wanted: 'major', is_enough: false },
    ]);
  });

  it('asks nothing of a pack of which only overrides change', () => {
    const overrides: RuleOverrides = {
      schema: 'knell.overrides/v1',
      rules: { 'acme/licence': { action: 'record', reason: 'it is a test' } },
    };
    const quiet = diffRules(rules(), { ...rules(), overrides });
    expect(quiet.changes).toMatchObject([{ key: 'acme/licence', fields: ['overrides'], newly_aborts: false }]);
    expect(quiet.packs).toMatchObject([{ wanted: 'none', is_enough: true }]);
    expect(diffRules({ ...rules(), overrides }, rules()).changes).toMatchObject([{ newly_aborts: true }]);
  });

  it('asks nothing of a pack that is new', () => {
    expect(diffRules({ packs: [] }, rules()).packs).toMatchObject([{ from: null, to: '1.0.0', is_enough: true }]);
  });
});
