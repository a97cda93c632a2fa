import type { Rule, Signal } from '../../contracts/rule-pack.ts';
import type { Say } from '../findings/report.ts';
import type { SourcePath } from '../findings/rule-source.ts';
import { conditionsOfRule, patternsOfRule, patternsOfSignal } from '../walk-rule.ts';
import { type Channels, checkAbort } from './check-abort.ts';
import { checkClaim, checkClause, checkCondition } from './check-conditions.ts';
import { checkPattern } from './check-patterns.ts';
import { checkSpecificity, holdsOnHealthyLines } from './check-specificity.ts';

/** Checks one rule for all that can be seen without running its examples. */
export function checkRule(rule: Rule, path: SourcePath, channels: Channels, say: Say): void {
  checkOutcome(rule, path, say);
  checkExamples(rule, path, say);
  if (rule.status === 'experimental') {
    const message = 'The rule is experimental: it says what it would have done, and never aborts.';
    say({
      code: 'rule-experimental',
      level: 'warning',
      path,
      message,
      hint: 'Make it `stable` once it has proved right.',
    });
  }
  for (const pattern of patternsOfRule(rule, path)) checkPattern(pattern, say);
  for (const [i, clause] of rule.match.entries()) checkClause(clause, [...path, 'match', i], say);
  const { match, unless, recover } = conditionsOfRule(rule, path);
  for (const placed of [...match, ...recover]) checkClaim(placed, say);
  for (const placed of [...match, ...unless, ...recover]) checkCondition(placed, say);
  for (const placed of match) checkSpecificity(placed, say);
  checkCaptures(rule, path, say);
  for (const [i, source] of [rule.continues ?? []].flat().entries()) {
    if (!holdsOnHealthyLines(source)) continue;
    const at = Array.isArray(rule.continues) ? [...path, 'continues', i] : [...path, 'continues'];
    const message = 'The pattern holds on lines that healthy runs print, so a run that goes on would seem silent.';
    say({ code: 'continues-too-general', path: at, message, hint: 'Write out the lines of the message.' });
  }
  if (rule.action === 'abort') checkAbort(rule, path, channels, say);
}

/** Checks that what a rule does and what it calls the failure go together. */
export function checkOutcome(rule: Rule, path: SourcePath, say: Say): void {
  if (rule.action === 'notice') {
    if (rule.notice !== undefined) return;
    const message = 'A rule with `action: notice` needs the kind of its `notice`.';
    say({ code: 'notice-missing', path: [...path, 'action'], message, hint: 'E.g. `notice: quota_warning`.' });
  } else if (rule.category === undefined) {
    const message = `A rule with \`action: ${rule.action}\` needs a \`category\`.`;
    say({ code: 'category-missing', path: [...path, 'action'], message, hint: 'E.g. `category: auth.token_expired`.' });
  }
}

export function checkSignal(signal: Signal, path: SourcePath, say: Say): void {
  for (const pattern of patternsOfSignal(signal, path)) checkPattern(pattern, say);
  signal.match.forEach((condition, i) => {
    const placed = { condition, path: [...path, 'match', i] };
    checkClaim(placed, say);
    checkCondition(placed, say);
    // A signal on ordinary talk would cost a look at every line a run says.
    checkSpecificity(placed, say);
  });
}

function checkExamples({ examples }: Rule, path: SourcePath, say: Say): void {
  for (const key of ['match', 'ignore'] as const) {
    if (examples[key].length > 0) continue;
    const wanted = key === 'match' ? 'that it must hit' : 'that it must leave alone';
    const message = `The rule has no example ${wanted}.`;
    const hint = key === 'match' ? 'Add a captured line.' : 'Add a near miss: prose, tool output, a mere warning.';
    say({ code: 'example-missing', path: [...path, 'examples', key], message, hint });
  }
}

function checkCaptures(rule: Rule, path: SourcePath, say: Say): void {
  for (const [name, given] of Object.entries(rule.capture ?? {})) {
    for (const [i, { field, text }] of [given].flat().entries()) {
      if (field !== undefined || text !== undefined) continue;
      const at = Array.isArray(given) ? [...path, 'capture', name, i] : [...path, 'capture', name];
      const message = 'The capture reads nothing.';
      say({ code: 'capture-empty', path: at, message, hint: 'Give it a `field` or a `text`.' });
    }
  }
}
