/** A change of a text that no rule may change its mind over. */
export interface TextMutation {
  readonly name: string;
  apply(text: string): string;
}

const ESC = '\u001b';

/** What terminals, wrappers and locales do to text on its way. */
export const TEXT_MUTATIONS: readonly TextMutation[] = [
  { name: 'colour around', apply: (text) => `${ESC}[1;31m${text}${ESC}[0m` },
  { name: 'colour on each word', apply: (text) => text.replace(/\S+/g, (word) => `${ESC}[33m${word}${ESC}[39m`) },
  {
    name: 'colour inside words',
    apply: (text) => text.replace(/(\p{L}{2})(\p{L}{2,})/gu, (_, a, b) => `${a}${ESC}[38;5;9m${b}`),
  },
  { name: 'U+00A0 for spaces', apply: (text) => text.replaceAll(' ', '\u00a0') },
  { name: 'curly quotes', apply: (text) => text.replaceAll("'", '\u2019').replaceAll(/"/g, '\u201d') },
  { name: 'spaces at the end', apply: (text) => `${text}   ` },
];

/** Other ids, times, counts of attempts and delays, of the same shape. */
export function otherIds(text: string): string {
  return text
    .replace(
      /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
      '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d',
    )
    .replace(
      /\b(req|msg|toolu|call|ses|prt|resp|chatcmpl|thread|run)([_-])(?=[A-Za-z]*\d)[A-Za-z0-9]{6,}\b/g,
      (_, kind: string, joint: string) => `${kind}${joint}0Zz9Yy8Xx7Ww6Vv5Uu`,
    )
    .replace(/\b20\d\d-\d\d-\d\d(?=[T ]\d\d:\d\d:\d\d)/g, '2027-02-03')
    .replace(/(?<=\b2027-02-03[T ])\d\d:\d\d:\d\d/g, '04:05:06')
    .replace(/\b\d{1,2}:\d\d(?= ?[ap]m\b)/gi, '4:15')
    .replace(/(?<=\b(?:attempt|retry|retrying) #?)\d+(?=\b)/gi, '7')
    .replace(/(?<=\bin )\d+(?:\.\d+)?(?= ?(?:ms|s|sec|seconds|minutes)\b)/gi, '47');
}
