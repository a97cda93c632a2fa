import type { DecodedEvent } from '../../../src/decode/event.ts';
import { compileStatements } from '../../../src/ruleset/statements/compile-statements.ts';
import { createFailureReader } from '../../../src/ruleset/statements/failure-hits.ts';
import { aPack } from '../build.ts';
import { someCauses } from '../causes/build-causes.ts';

const CAUSES = someCauses(
  { id: 'permanent', category: 'auth.invalid_credentials', any: [{ message: 'bad key' }, { status: 401 }] },
  { id: 'passing', category: 'rate_limit.429', any: [{ message: 'too fast' }] },
  { id: 'noted', category: 'mcp.failure', action: 'record', any: [{ message: 'tool server' }] },
  { id: 'machine', category: 'permission.denied', any: [{ message: 'EACCES' }] },
);

/** Reads failures with these causes, by a pack's own statements. */
export const reader = (runtime: string, statements: readonly Record<string, unknown>[] = []) =>
  createFailureReader(runtime, compileStatements([aPack([], { statements })]), CAUSES);

export const event = (changes: Partial<DecodedEvent> = {}): DecodedEvent => ({
  name: 'error',
  provenance: 'runtime',
  typed: true,
  shared: false,
  subagent: false,
  fields: {},
  text: 'bad key',
  claimsError: true,
  ...changes,
});

/** What was hit: cause, clause, action. */
export const told = (hits: ReturnType<ReturnType<typeof reader>['hits']>) =>
  hits.map(({ rule, clause, action }) => [rule.rule.id, clause, action ?? rule.rule.action]);
