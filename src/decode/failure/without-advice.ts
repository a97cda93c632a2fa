/** How a clause begins that says what to do, not what went wrong. */
const ADVICE =
  /^(?:please|run|visit|go to|check|try|see|use|upgrade|switch|set|update|unset|add|purchase|buy|contact|ask|learn|read|or|and|to (?:continue|use|fix|get|increase|resolve|authenticate|log)|you can|you may|consider|make sure|ensure|verify|wait|retry|reduce|enable|open|create|sign ?in|log ?in|generate|obtain|find|pass|configure|review|for more|more info|if (?:you|this|the)|start|clear|resume|report|click|subscribe)\b/i;

/** Advice by which a cause is known all the same: where it sends its reader. */
const TELLING = /plan and billing|before (?:trying|using|continuing)/i;
/** What a provider or client adds because it does not know: `invalid or may have expired`, `Invalid or missing API key`, `It may be disabled by …`. */
const HEDGES = [
  /,? \(?(?:or|and) (?:it |you )?(?:may|might|could) (?:not )?(?:have |be |has )?[\w' ]{2,40}\)?/gi,
  /\bmissing or (?=(?:invalid|incorrect|wrong)\b)/gi,
  /(?<=\b(?:invalid|incorrect|wrong|expired|missing)) or (?:missing|expired|revoked|incorrect|invalid|not found)\b/gi,
  /(?<=\bdown) or overloaded\b/gi,
  /(?<=^|[.;!?·] )your [\w ]{2,24} (?:may|might|could) (?:have |be )[^.;\n]*/gi,
  /(?<=[.;!?·] )(?:it|they|this) (?:may|might|could) (?:have been|be) [^.;\n]*/gi,
];

/**
 * A failure's words without its advice and hedges: "Invalid API key · Please run /login" is about the key, not about a login.
 * Empty where advice is all there is.
 */
export function withoutAdvice(message: string): string {
  return message
    .split('\n')
    .map((line) => {
      const clauses = line.split(/(?<=[.;!?])\s+|\s+[·∙|•]\s+|\s+-\s+(?=please\b)/i);
      const kept = clauses.filter((clause) => TELLING.test(clause) || !ADVICE.test(clause.trim()));
      return HEDGES.reduce((text, hedge) => text.replace(hedge, ''), kept.join(' · '));
    })
    .filter((line) => line.trim() !== '')
    .join('\n');
}
