import { foldAscii, type Needle } from '../needles/needle.ts';

/** As in `TEXT_HIDDEN_TEXT`: the long s and the Kelvin sign, which RE2 takes for letters. */
const HIDING = ['\u017f', '\u212a'];

/** Tells which things a text calls for: all of which is not known that they need another text. */
export type Called = (text: Buffer) => (needles: readonly Needle[] | undefined) => boolean;

/** Looks for the needles one by one: right for few texts, for which an index would not pay. */
export const calledBy: Called = (text) => {
  if (HIDING.some((character) => text.includes(character))) return () => true;
  const folded = foldAscii(text.toString('latin1'));
  return (needles) => needles?.some((needle) => folded.includes(needle.text)) ?? true;
};
