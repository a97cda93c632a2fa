import { expect, it } from 'vitest';
import { CAUSE_CLAUSES, CLAUSE } from '../../../src/ruleset/causes/cause-clauses.ts';

it.each([
  ['at once', CLAUSE.atOnce, {}],
  ['the second time within ten minutes', CLAUSE.secondTime, { repeat: { count: 2, withinMs: 600_000 } }],
  ['after twenty seconds of silence', CLAUSE.quiet, { quietMs: 20_000 }],
])('a cause may end a run %s', (_, index, times) => {
  expect(CAUSE_CLAUSES[index]).toEqual({ kind: 'single', conditions: 1, exit: false, ...times });
});
