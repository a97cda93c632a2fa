import { categoryDefaults } from '../../contracts/category-defaults.ts';
import type { CompiledRule } from '../rule-set.ts';
import { CAUSE_CLAUSES } from './cause-clauses.ts';

const { scope, severity, next, remedy } = categoryDefaults('unknown.unmatched');

/** The cause of a run whose runtime says that it is over, in words that no cause knows. */
export const unknownCause: CompiledRule = {
  reference: { id: 'unmatched', pack: 'causes', version: '1.0.0', digest: '' },
  key: 'causes/unmatched',
  rule: {
    id: 'unmatched',
    title: 'The runtime says that the run failed, and no cause knows its words',
    category: 'unknown.unmatched',
    scope,
    severity,
    status: 'stable',
    precedence: 1,
    match: [],
    action: 'abort',
    next,
    remedy,
    origin: { seen: '2026-11-28', source: 'a terminal event of the runtime' },
    examples: { match: [], ignore: [] },
  },
  clauses: CAUSE_CLAUSES,
  continues: () => false,
};
