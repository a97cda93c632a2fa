import { expect, it } from 'vitest';
import { CLAUSE } from '../../../src/ruleset/causes/cause-clauses.ts';
import { unknownCause } from '../../../src/ruleset/causes/unknown-cause.ts';

it('ends a run whose runtime says that it is over, and claims no cause', () => {
  expect(unknownCause.rule).toMatchObject({ category: 'unknown.unmatched', action: 'abort' });
  expect(unknownCause.clauses[CLAUSE.atOnce]?.quietMs).toBeUndefined();
  expect(unknownCause.clauses[CLAUSE.quiet]?.quietMs).toBeGreaterThan(0);
});
