import { anyWord } from './any-of.ts';
import type { LineShape } from './line-shape.ts';
import { isSentence } from './prose.ts';

/** What a full screen says of its keys below a choice: `Enter to confirm · Esc to cancel`, `(Use Enter to Set Auth)`. */
const KEYS = anyWord([
  'enter|return|esc|escape|tab|shift|space|ctrl|arrow keys?|number keys?|any key|press|use|confirm|cancel|select|navigate|shortcuts',
]);
const ARROWS = /[↑↓←→⇆⇅⏎↵⎋]/u;
/** What it says of itself while it waits. */
const WAITS =
  /\b(?:wait(?:ing)?|awaiting)\b.{0,40}\b(?:confirm\w*|approv\w*|input|respon\w+|authori\w+|authenticat\w+|permission|choice|decision|log ?in|sign-?in|you|user)\b/i;
/** Where an answer is to be typed: `>`, `Enter your choice [1-3]:`, `Your choice:`. */
const ANSWER =
  /^(?:[>❯›?]|(?:(?:enter|type|your|select|pick) )?.{0,24}\b(?:choice|selection|option|answer)\b.{0,24}[:>])$/i;
/** What explains the choice, or the service that is logged in to. */
const SMALL_PRINT = /^(?:Terms of Service|Privacy|https?:\/\/|Trusting (?:a|this) folder|Learn more|See )/i;
/** A bar at the bottom of a screen: two texts or more, far apart. */
const BAR = /^\S.{0,60}\S {3,}\S/;
const MAX_CHARS = 140;

/** Whether a line below a choice only helps to choose, or belongs to the screen around it. */
export function isKeyHint(shape: LineShape): boolean {
  const words = shape.text.trim();
  if (!/[\p{L}\d]/u.test(words) || ANSWER.test(words)) return true;
  if (words.length > MAX_CHARS) return false;
  if (isWaiting(shape) || SMALL_PRINT.test(words)) return true;
  const isShort = words.split(/\s+/).length <= 20;
  return (isShort && (ARROWS.test(words) || namesKeys(words))) || (BAR.test(words) && !isSentence(shape));
}

/** Whether a line says that its client waits for a person. */
export function isWaiting({ body }: LineShape): boolean {
  return WAITS.test(body);
}

/** Two words of keys, or one of them first. */
function namesKeys(words: string): boolean {
  const first = KEYS.exec(words);
  if (!first) return false;
  return first.index <= 2 || KEYS.test(words.slice(first.index + first[0].length));
}
