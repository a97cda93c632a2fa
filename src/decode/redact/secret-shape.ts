import { type Find, patternEngine, type Rewrite } from '../../patterns/pattern-engine.ts';
import type { LoweredText } from './lowered-text.ts';

/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/** How secrets of one kind look. */
export interface SecretShape {
  readonly pattern: string;
  /** Hides them in a text. Takes the text also in lower case, which is made once for all shapes. */
  hide(text: string, lowered: LoweredText): string;
}

/** The groups of a find; those that took no part are undefined. */
export type Groups = Find['groups'];

/**
 * A shape by a pattern in RE2 syntax: what an agent prints is hostile, and RE2 never takes more than linear time. The
 * pattern is compiled when one of the words is first met.
 *
 * @param words of which one must be in the text, in lower case; of a list among them every one. None: every text is tried
 * @param pattern the group named `secret`, else all groups, else the whole find is hidden
 * @param isSecret whether a find counts
 */
export function shape(
  words: readonly (string | readonly string[])[],
  pattern: string,
  isSecret = (_: Groups): boolean => true,
): SecretShape {
  const alternatives = words.map((word) => (typeof word === 'string' ? [word] : word));
  let compiled: Rewrite | undefined;
  return {
    pattern,
    hide(text, lowered) {
      if (alternatives.length > 0 && !alternatives.some((all) => all.every((word) => lowered.has(word)))) return text;
      compiled ??= patternEngine().compileRewrite(pattern);
      return compiled(text, (find) => hideFind(find, isSecret));
    },
  };
}

function hideFind({ whole, groups, named }: Find, isSecret: (groups: Groups) => boolean): string {
  if (!isSecret(groups)) return whole;
  const secrets = named.secret === undefined ? groups : [named.secret];
  return secrets.some(Boolean) ? secrets.reduce<string>(hideLast, whole) : REDACTED;
}

/** A secret stands behind its name, which may be made of the same letters. */
function hideLast(text: string, secret: string | undefined): string {
  const at = secret ? text.lastIndexOf(secret) : -1;
  return at === -1 ? text : `${text.slice(0, at)}${REDACTED}${text.slice(at + (secret as string).length)}`;
}
