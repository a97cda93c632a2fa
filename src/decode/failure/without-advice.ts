/** How a clause begins that says what to do, not what went wrong. */
const ADVICE =
  /^(?:please|run|visit|go to|check|try|see|use|upgrade|switch|set|update|unset|add|purchase|buy|contact|ask|learn|read|or|and|to (?:continue|use|fix|get|increase|resolve|authenticate|log)|you can|you may|consider|make sure|ensure|verify|wait|retry|reduce|enable|open|create|sign ?in|log ?in|generate|obtain|find|pass|configure|review|for more|more info|if (?:you|this|the)|start|clear|resume|report|click|subscribe)\b/i;

/**
 * A failure's words without its advice: "Invalid API key · Please run /login" is about the key, not about a login.
 * Empty where advice is all there is.
 */
export function withoutAdvice(message: string): string {
  return message
    .split('\n')
    .map((line) => {
      const clauses = line.split(/(?<=[.;!?])\s+|\s+[·∙|•]\s+|\s+-\s+(?=please\b)/i);
      return clauses.filter((clause) => !ADVICE.test(clause.trim())).join(' · ');
    })
    .filter((line) => line.trim() !== '')
    .join('\n');
}
