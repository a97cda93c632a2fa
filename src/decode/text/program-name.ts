/** `agy: `, `cobble> `, `hollow-reed | `, `marrow :: `. */
const NAME = /^(?:[*!]+ )?([a-z][\w./-]{1,30})(?: [a-z]{2,12})?(?:\[\w+\])?(?::| ::|>| \||$) (?=\S)/;

/** The name of its program that a line begins with, and how far it goes with the mark behind it. */
export function beginsWithName(body: string): { readonly name: string; readonly length: number } | undefined {
  const found = NAME.exec(body);
  return found ? { name: found[1] as string, length: found[0].length } : undefined;
}
