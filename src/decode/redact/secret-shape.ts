import RE2 from 're2';

/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/** How secrets of one kind look. */
export interface SecretShape {
  readonly pattern: string;
  /** Hides them in a text. Takes the text also in lower case, so that it is made once for all shapes. */
  hide(text: string, lowered: string): string;
}

/** The groups of a find; those that took no part are undefined. */
export type Groups = readonly (string | undefined)[];

/**
 * A shape by a pattern in RE2 syntax: what an agent prints is hostile, and RE2 never takes more than linear time. The
 * pattern is compiled when one of the words is first met.
 *
 * @param words of which one must be in the text, in lower case; none: every text is tried
 * @param pattern the group named `secret`, else all groups, else the whole find is hidden
 * @param isSecret whether a find counts
 */
export function shape(words: readonly string[], pattern: string, isSecret = (_: Groups): boolean => true): SecretShape {
  let compiled: RE2 | undefined;
  return {
    pattern,
    hide(text, lowered) {
      if (words.length > 0 && !words.some((word) => lowered.includes(word))) return text;
      compiled ??= new RE2(pattern, 'gu');
      return compiled.replace(text, (whole: string, ...rest: unknown[]) => hideFind(whole, rest, isSecret));
    },
  };
}

/** @param rest a replacer's other arguments: the groups, the offset, the text, and the named groups where there are some */
function hideFind(whole: string, rest: readonly unknown[], isSecret: (groups: Groups) => boolean): string {
  const groups = rest.slice(
    0,
    rest.findIndex((value) => typeof value === 'number'),
  ) as Groups;
  if (!isSecret(groups)) return whole;
  const named = (rest.at(-1) as { secret?: string } | undefined)?.secret;
  const secrets = named === undefined ? groups : [named];
  return secrets.some(Boolean) ? secrets.reduce<string>(hideLast, whole) : REDACTED;
}

/** A secret stands behind its name, which may be made of the same letters. */
function hideLast(text: string, secret: string | undefined): string {
  const at = secret ? text.lastIndexOf(secret) : -1;
  return at === -1 ? text : `${text.slice(0, at)}${REDACTED}${text.slice(at + (secret as string).length)}`;
}
