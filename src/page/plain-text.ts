/** What changes how text looks or reads without being seen: directions, joiners, what has no width, controls. */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\p{Variation_Selector}|[\u{e0000}-\u{e0fff}]/gu;

/**
 * Text from outside as it may be shown: what would hide, turn round or reorder other text is written out as ‹U+202E›. Markup
 * needs nothing: it only ever becomes the text of a node. Pure.
 */
export function plainText(text: string): string {
  return text.replace(UNSEEN, (one) => `‹U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`);
}
