import type { Effect } from '../../classify/outcome.ts';
import { comparePositions } from '../../contracts/position.ts';
import type { RunState, Suspicion } from '../../contracts/run-state.ts';
import type { LogStep } from '../../memory/classify-log.ts';
import type { CompiledClause, RuleSet } from '../../ruleset/rule-set.ts';

/** What one line, or the end of the log, led to: a sentence for each decision. */
export function decisionsOf(
  before: RunState | undefined,
  { chunk, effects, state }: LogStep,
  rules: RuleSet,
): string[] {
  return [
    ...countsOf(before, state, rules),
    ...suspicionsOf(before, state, rules, effects),
    ...effects.flatMap((effect) => sentenceOf(effect, chunk === 'exit')),
    ...laterOf(before, state),
  ];
}

function countsOf(before: RunState | undefined, after: RunState | undefined, rules: RuleSet): string[] {
  return Object.entries(after?.counts ?? {}).flatMap(([key, hits]) => {
    const known = before?.counts[key] ?? [];
    if (hits.length === known.length) return [];
    const [rule, clause] = key.split('#');
    const wanted = rules.rules.find((one) => one.key === rule)?.clauses[Number(clause)];
    return [`counted for ${rule}: ${hits.length} of ${wanted ? timesOf(wanted) : '?'}`];
  });
}

function timesOf(clause: CompiledClause): string {
  if (clause.kind === 'single') return `${clause.repeat?.count ?? 1} within ${seconds(clause.repeat?.withinMs ?? 0)}`;
  const order = clause.kind === 'sequence' ? 'in this order' : 'in any order';
  return `${clause.conditions} conditions ${order} within ${seconds(clause.withinMs ?? 0)}`;
}

function suspicionsOf(
  before: RunState | undefined,
  after: RunState | undefined,
  rules: RuleSet,
  effects: readonly Effect[],
): string[] {
  const same = (a: Suspicion) => (b: Suspicion) => a.rule_key === b.rule_key;
  const raised = (after?.suspicions ?? []).filter(
    (suspicion) =>
      !before?.suspicions.some(
        (known) =>
          same(suspicion)(known) &&
          known.at_ms === suspicion.at_ms &&
          comparePositions(known.position, suspicion.position) === 0,
      ),
  );
  const decidedRules = new Set(
    effects.flatMap((effect) =>
      effect.kind === 'record' || effect.kind === 'abort'
        ? [`${effect.record.rule.pack}/${effect.record.rule.id}`]
        : [],
    ),
  );
  const forgotten = (before?.suspicions ?? []).filter(
    (suspicion) => !after?.suspicions.some(same(suspicion)) && !decidedRules.has(suspicion.rule_key) && !after?.verdict,
  );
  return [
    ...raised.map(({ rule_key: key, clause, grade }) => {
      const quietMs = rules.rules.find((rule) => rule.key === key)?.clauses[clause]?.quietMs;
      const until = quietMs === undefined ? 'until the run exits' : `for ${seconds(quietMs)} of silence, or the exit`;
      return `suspicion by ${key}, ${grade} evidence: waits ${until}`;
    }),
    ...forgotten.map(
      ({ rule_key: key }) => `suspicion by ${key} forgotten: the run got over it, or reported its result`,
    ),
  ];
}

function sentenceOf(effect: Effect, atExit: boolean): string[] {
  const confirmed = atExit ? 'suspicion confirmed, nothing was said after it: ' : '';
  switch (effect.kind) {
    case 'abort': {
      const { category, grade, rule, scope } = effect.command;
      return [`${confirmed}ABORT ${category} by ${rule.pack}/${rule.id}, ${grade} evidence, scope ${scope}`];
    }
    case 'record': {
      const { disposition, category, rule, reason } = effect.record;
      const word = {
        would_abort: 'would abort',
        aborted: 'aborted',
        warned: 'warned',
        recorded: 'recorded',
        suppressed: 'not acted on',
      };
      return [`${word[disposition]}: ${category} by ${rule.pack}/${rule.id}${reason ? `, because ${reason}` : ''}`];
    }
    case 'notice':
      return [`notice ${effect.notice.kind}: ${effect.notice.message}`];
    case 'drift':
      return [`drift ${effect.fingerprint}: an error that no rule knows; \`knell rules draft\` makes a rule of it`];
    case 'mistake':
      return [`${effect.rule} was wrong: the run succeeded`];
    case 'offer':
      return [];
  }
}

function laterOf(before: RunState | undefined, after: RunState | undefined): string[] {
  if (!after?.verdict || !before?.verdict || after.verdict.later === before.verdict.later) return [];
  const renamed =
    after.verdict.category === before.verdict.category
      ? ''
      : `, and is now called ${after.verdict.category} (${after.verdict.rule_key})`;
  return [`the verdict stands: this line is added to its evidence${renamed}`];
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}
