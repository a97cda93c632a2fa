/** Colours and other control sequences (ECMA-48), also as JSON writes the escape character, and characters without a width. */
const INVISIBLE =
  /(?:\u001b|\\{1,16}(?:u001b|x1b|033|e))(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\u0007\u001b\\]*(?:\u0007|\u001b\\|\\{1,16}u0007|\\{1,16}u001b\\{1,16})|[@-Z\\^_])|\u009b[0-9;:?]*[ -/]*[@-~]|[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/gi;

/** A text as a person sees it, so that colours inside a secret do not hide it. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, '');
}
