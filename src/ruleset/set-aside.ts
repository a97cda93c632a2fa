import type { RuleSet } from './rule-set.ts';

/**
 * A rule set in which some rules have no lines of their own any more: nothing is looked for or decoded on their behalf.
 *
 * They are still asked about lines on which another rule holds or the runtime claims an error. Such lines are few, and
 * one that is set aside may be the special rule whose precedence keeps a general one from ending the run.
 */
export function setAside(all: RuleSet, keys: Iterable<string>): RuleSet {
  const others = all.without(keys);
  return {
    ...all,
    candidates: others.candidates,
    match(event, stream, runtime, window) {
      const match = others.match(event, stream, runtime, window);
      return match.hits.length === 0 && !event.claimsError ? match : all.match(event, stream, runtime, window);
    },
  };
}
