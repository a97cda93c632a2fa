import type { Condition } from '../../contracts/rule-pack.ts';
import { parsePattern } from '../../patterns/parse-pattern.ts';
import { type CompiledPattern, compileSearch, compileWholeLine, PatternError } from '../../patterns/pattern.ts';
import { GAP, isAnchored, plainForms, REST } from '../../patterns/pattern-shape.ts';
import type { Say } from '../findings/report.ts';
import type { SourcePath } from '../findings/rule-source.ts';
import { type PlacedCondition, patternsOfCondition } from '../walk-rule.ts';
import { isTooCostly } from './check-patterns.ts';

/** Words that agents print all day while nothing is wrong. */
const COMMON_WORDS = new Set(
  `abort aborted access account api auth billing blocked cancelled connection crash credit denied error errors
  exceeded exception exhausted expired fail failed failing failure fatal forbidden invalid key killed limit limited
  limits login memory missing model network oauth oom overloaded panic permission quota rate refused rejected reset
  retry revoked server subscription throttled timeout token tokens unauthorized unavailable usage warn warning`.split(
    /\s+/,
  ),
);

/** What healthy runs print, blank lines aside: no pattern may be content with this. */
const HEALTHY_LINES = [
  'ok',
  '42',
  "I'll update src/server.ts and run the tests again.",
  '  12 passing (3.4s)',
  '+    const total = items.length;',
].map((line) => Buffer.from(line));

/** Says which text and line patterns of a claim would hit what any program prints. */
export function checkSpecificity(placed: PlacedCondition, say: Say): void {
  const { condition } = placed;
  for (const { source, use, path } of patternsOfCondition(placed)) {
    if (use !== 'text' && use !== 'line') continue;
    const pattern = compiled(source, use);
    const fault = pattern && faultOf(pattern, use, condition);
    if (fault) say({ ...fault, path });
  }
}

/** Words that only say that something failed: they tell no failure from another. */
const NAMELESS = /^(?:errors?|exception|fail(?:ed|ing|ure|s)?|fatal|warn(?:ing)?|invalid|missing|\w{1,3})$/i;

/**
 * Says whether the words of a cause, or of a statement, are such as any program prints.
 *
 * @param source the pattern as it is compiled
 * @param isWording it has to tell one failure from another
 */
export function checkWords(source: string, isWording: boolean, path: SourcePath, say: Say): void {
  const pattern = compiled(source, 'text');
  if (!pattern) return;
  if (matchesHealthy(pattern)) {
    const hint = 'Write out the words of the message.';
    say({ code: 'pattern-too-general', message: 'The pattern holds on lines that healthy runs print.', hint, path });
    return;
  }
  const words = (plainForms(parsePattern(source)) ?? []).map((form) =>
    form
      .replaceAll(GAP, ' ')
      .replaceAll(REST, ' ')
      .replace(/[^\p{L}0-9_ ]+/gu, ' ')
      .trim(),
  );
  if (!isWording || words.length === 0 || !words.every((word) => NAMELESS.test(word))) return;
  const message = `"${words[0]}" alone is too common to tell one failure from another.`;
  say({
    code: 'pattern-common-word',
    message,
    hint: 'Write out the message, or ask for a code or a status too.',
    path,
  });
}

/** Whether a pattern for whole lines holds on what healthy runs print. */
export function holdsOnHealthyLines(source: string): boolean {
  const pattern = compiled(source, 'line');
  return pattern !== undefined && matchesHealthy(pattern);
}

type Fault = { readonly code: string; readonly message: string; readonly hint: string };

function faultOf(pattern: CompiledPattern, use: 'text' | 'line', condition: Condition): Fault | undefined {
  // On an event whose fields are asked for as well, the text only refines what they have established.
  const refines = condition.where !== undefined;
  if (!refines && matchesHealthy(pattern)) {
    const hint = 'Write out the words of the message.';
    return { code: 'pattern-too-general', message: 'The pattern holds on lines that healthy runs print.', hint };
  }
  const tree = parsePattern(pattern.source);
  const forms = (plainForms(tree) ?? []).map((form) => form.replaceAll(GAP, ' ').replaceAll(REST, ' ').trim());
  const number = forms.find((form) => /[0-9]/.test(form) && !/\p{L}/u.test(form));
  if (number !== undefined) {
    return {
      code: 'pattern-bare-number',
      message: `A bare number such as "${number}" is found in ids, times and sizes all day.`,
      hint: 'Ask for a typed field in `where`, or write out the words around the number.',
    };
  }
  const whole = use === 'line' || (isAnchored(tree, 'start') && isAnchored(tree, 'end'));
  const word = refines || whole ? undefined : forms.find((form) => isCommon(form));
  if (word === undefined) return undefined;
  return {
    code: 'pattern-common-word',
    message: `"${word}" alone is too common to tell a failure.`,
    hint: 'Write out the message, anchor it, or ask for a typed field in `where`.',
  };
}

function isCommon(form: string): boolean {
  const words = form
    .toLowerCase()
    .split(/[^\p{L}0-9_]+/u)
    .filter(Boolean);
  const [word] = words;
  return words.length === 1 && word !== undefined && (word.length <= 3 || COMMON_WORDS.has(word));
}

function matchesHealthy(pattern: CompiledPattern): boolean {
  return HEALTHY_LINES.some((line) => pattern.test(line) === 'yes');
}

/** Nothing for a pattern that checkPattern has refused: there is no more to say of it. */
function compiled(source: string, use: 'text' | 'line'): CompiledPattern | undefined {
  if (isTooCostly(source)) return undefined;
  try {
    return use === 'line' ? compileWholeLine(source) : compileSearch(source);
  } catch (error) {
    if (error instanceof PatternError) return undefined;
    throw error;
  }
}
