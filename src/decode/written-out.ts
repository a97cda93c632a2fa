/**
 * What steers a terminal, hides text or turns it round without being seen: controls but tab and line break, directions,
 * what has no width but holds no emoji together, tags.
 */
const STEERING =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/gu;

/**
 * Text as a terminal may be given it: what would steer it is written out as JSON writes it, `\u001b`, so that JSON stays
 * the same value. Line breaks stay.
 *
 * @param keep what stays as it is: a terminal's own colours
 */
export function writtenOut(text: string, keep?: RegExp): string {
  STEERING.lastIndex = 0;
  if (!STEERING.test(text)) return text;
  if (!keep) return text.replace(STEERING, escaped);
  const kept = text.match(keep) ?? [];
  return text
    .split(keep)
    .map((part, index) => part.replace(STEERING, escaped) + (kept[index] ?? ''))
    .join('');
}

/** Like {@link writtenOut}, on one line: what comes from outside must not look like a line of knell's own. */
export function inOneLine(text: string): string {
  return writtenOut(text.replace(/\s*[\r\n\u2028\u2029\u0085]+\s*/g, ' ').trim());
}

function escaped(one: string): string {
  return [...Array(one.length).keys()].map((at) => `\\u${one.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
}
