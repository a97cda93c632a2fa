import { Rule } from '../../src/contracts/rule-pack.ts';
import { createRandom } from './agent-output.ts';

/** A made-up rule, and a text that it matches. */
export interface SyntheticRule {
  /** RE2, PCRE and JavaScript alike. */
  readonly pattern: string;
  readonly hit: string;
}

const SUBJECTS = `credential subscription organization workspace account gateway deployment endpoint container session
  certificate quota billing token provider upstream resolver allocator scheduler connection handshake mailbox registry
  replica snapshot volume namespace principal tenant webhook`.split(/\s+/);
const TROUBLES = `refused revoked expired exhausted unreachable suspended throttled overloaded corrupted misconfigured
  disconnected rejected truncated unavailable forbidden invalidated quarantined deactivated saturated unresolvable
  poisoned orphaned`.split(/\s+/);
const CAUSES =
  `after several attempts|by its owner|because of a policy|while refreshing|during authentication|at the proxy
  |for this region|until the next cycle|without a fallback|in strict mode|before the handshake|under heavy load`
    .split('|')
    .map((cause) => cause.trim());

/**
 * As many different rules as asked for, like those that people write: half of them plain phrases, a quarter with a number in
 * the middle, a quarter with a choice; a third does not mind case. The same count gives the same rules.
 */
export function syntheticRules(count: number): SyntheticRule[] {
  const random = createRandom(count);
  const pick = (words: readonly string[]) => words[random(words.length)] as string;
  const rules = new Map<string, SyntheticRule>();
  while (rules.size < count) {
    const [subject, other] = [pick(SUBJECTS), pick(SUBJECTS)];
    const [trouble, cause] = [pick(TROUBLES), pick(CAUSES)];
    const code = `E${100 + random(900)}`;
    const flag = random(3) === 0 ? '(?i)' : '';
    const kind = random(4);
    const rule =
      kind < 2
        ? { pattern: `${subject} ${other} ${trouble} ${cause}`, hit: `${subject} ${other} ${trouble} ${cause}` }
        : kind === 2
          ? {
              pattern: `${code}: ${subject} [0-9]+ ${trouble} ${cause}`,
              hit: `${code}: ${subject} 42 ${trouble} ${cause}`,
            }
          : {
              pattern: `(?:${subject}|${other}) ${code} (?:was|has been) ${trouble}`,
              hit: `${other} ${code} has been ${trouble}`,
            };
    rules.set(rule.pattern, { pattern: flag + rule.pattern, hit: rule.hit });
  }
  return [...rules.values()];
}

/** The rules as knell reads them: a pattern may hold on the text of any event. */
export function asRules(rules: readonly SyntheticRule[]): Rule[] {
  return rules.map(({ pattern, hit }, i) =>
    Rule.parse({
      id: `rule-${i}`,
      title: 'A made-up rule',
      category: 'auth.token_expired',
      match: [{ text: pattern }],
      action: 'record',
      origin: { seen: '2026-11-22', source: 'made up for the bench' },
      examples: { match: [hit], ignore: [] },
    }),
  );
}
