import type { DecodedEvent } from '../../decode/event.ts';
import type { Line } from '../../decode/line.ts';
import { neededFor, searchedLine, soughtBy } from '../needles/needles-in-line.ts';
import type { RuleTime } from '../rule-set.ts';
import type { CompiledCondition } from './compile-condition.ts';
import { createEventView, type EventView } from './event-view.ts';
import type { MatchableRule } from './matcher.ts';

/** What trying each rule takes for which a line was decoded; see `RuleSet.time`. */
export type RuleTimer = (line: Line, event: DecodedEvent, nowMs: () => number) => RuleTime[];

/** Makes the timer for the rules that apply to one runtime. What they look for is worked out at the first line. */
export function createRuleTimer(rules: readonly MatchableRule[]): RuleTimer {
  let timed: { owner: MatchableRule; sought: ReturnType<typeof soughtBy> }[] | undefined;
  return (line, event, nowMs) => {
    timed ??= rules.map((owner) => ({ owner, sought: soughtBy(owner.rule.rule) }));
    const searched = searchedLine(line.raw);
    const view = createEventView(event, line.stream);
    // Turning the text into bytes is done once for all rules: the first one must not be charged with it.
    void view.text;
    const times: RuleTime[] = [];
    for (const { owner, sought } of timed) {
      if (sought.every((one) => neededFor(one, searched)?.length === 0)) continue;
      const conditions = owner.clauses.flat();
      // Patterns are compiled when they are first tried, and a process may stand still for a moment: the better of two.
      const held = conditions.map((condition) => condition.check(view).held).includes('yes');
      const ms = Math.min(timeAll(conditions, view, nowMs), timeAll(conditions, view, nowMs));
      times.push({ key: owner.rule.key, held, ms });
    }
    return times;
  };
}

function timeAll(conditions: readonly CompiledCondition[], view: EventView, nowMs: () => number): number {
  const startMs = nowMs();
  for (const condition of conditions) condition.check(view);
  return nowMs() - startMs;
}
