import { durationMs } from '../contracts/duration.ts';
import type { Clause, Condition } from '../contracts/rule-pack.ts';
import type { CompiledClause } from './rule-set.ts';

/** The conditions that a clause is made of, in their order; a `single` clause is one condition itself. */
export function conditionsOf(clause: Clause): readonly Condition[] {
  if (clause.sequence) return clause.sequence;
  if (clause.all) return clause.all;
  const { event, where, line, text, stream, provenance } = clause;
  return [
    {
      ...(event !== undefined && { event }),
      ...(where !== undefined && { where }),
      ...(line !== undefined && { line }),
      ...(text !== undefined && { text }),
      ...(stream !== undefined && { stream }),
      ...(provenance !== undefined && { provenance }),
    },
  ];
}

/** What must happen over time for a clause to be true, in milliseconds. */
export function compileClause(clause: Clause): CompiledClause {
  const { repeat, within, quiet } = clause;
  return {
    kind: clause.sequence ? 'sequence' : clause.all ? 'all' : 'single',
    conditions: conditionsOf(clause).length,
    exit: clause.exit === true,
    ...(repeat && { repeat: { count: repeat.count, withinMs: durationMs(repeat.within) } }),
    ...(within !== undefined && { withinMs: durationMs(within) }),
    ...(quiet !== undefined && { quietMs: durationMs(quiet) }),
  };
}
