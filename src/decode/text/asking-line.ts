/**
 * How lines ask a person. Found in the raw line, normalised, so that the prefilter and the reader ask the same question:
 * `mayAsk` decides for both.
 */

/** A line that a person is to read and answer is no longer. */
const MAX_CHARS = 300;

/** It ends in a question mark, with a remark in brackets behind it, or the edge of a frame. */
const QUESTION = /\?["')]?\s*(?:[([][^)\]]{1,60}[)\]])?:?[\s│┃║▌▐|]*$/u;
/** Its choices stand behind it in brackets, and no answer: `[Y/n]:`, `(yes/no)?`, `(Y)es/(N)o [Yes]:`, `[Y] Yes  [N] No`, `(y)es | (n)o >`. */
const INLINE =
  /(?:[([]\s*y(?:es)?(?:\s*[/|,]\s*\[?[a-z]\w{0,12}\]?){1,4}\s*[)\]]|[([]Y[)\]]es\s*[/|,]\s*[([]N[)\]]o(?:\s*[/|,]\s*[([]\w[)\]][\w' ]{1,24}){0,3})(?:\s*\[\w+\])?\s*[:>?›❯»]{0,2}[\s│┃║▌▐|]*$|^[^:.]*\?\s+(?=.*\[y\]\s?yes\b)(?:\[\w\]\s?[\w' ,]{1,30}){2,5}[\s│┃║▌▐|]*$/iu;
/** A heading that tells a person what to do. */
export const HEADING =
  /^[^\p{L}\d]{0,12}(?:sign in|log in|allow|approve|confirm|accept|select|choose|pick|continue|proceed|grant|trust|authori[sz]e|how would you like)\b/iu;
/** What a client wants, or needs a person for; and that a browser is to be opened. All in ASCII, for the prefilter's needles. */
export const ASKING_WORDS: readonly string[] = [
  '\\b(?:requires|wants|would like|is requesting|is asking|is about|requests|needs) (?:to|your|permission|approval|access)\\b',
  '\\b(?:permission|approval|confirmation|consent|authori[sz]ation|trust|action)s? (?:is |are )?(?:required|needed|requested)\\b',
  '\\b(?:log ?in|sign ?in|authenticat(?:e|ion)|authori[sz](?:e|ation))\\b.{0,60}:$',
];
const TOLD = new RegExp(ASKING_WORDS.join('|'), 'i');
/** A choice that agrees or refuses, with the cursor before it. */
const CURSOR =
  /^[\s│┃║▌▐|]*(?:[❯›▶▸►➤●◉]|> )\s*(?:[[(]?\w{1,2}[\]).:]\s+)?(?:yes|no|allow|approve|accept|trust|proceed|continue|update|deny|reject)\b|^[\s│┃║▌▐|]*(?:[❯›▶▸►➤]|> )\s*(?:upgrade|install|skip|later|not now|log ?in|sign ?in)\b/iu;

/** Whether a line asks something and offers its choices in the same line. */
export function asksInline(words: string): boolean {
  return INLINE.test(words);
}

/** Whether a line is the first of a list of choices that nothing is said above. */
export function isCursorLine(words: string): boolean {
  return CURSOR.test(words);
}

/**
 * Whether a line may be one at which a client waits. What is below it decides.
 *
 * @param words the normalised line
 * @param tells whether one of {@link ASKING_WORDS} may be in it
 */
export function mayAsk(words: string, tells: boolean): boolean {
  if (words.length > MAX_CHARS) return false;
  return (
    (words.includes('?') && QUESTION.test(words)) ||
    HEADING.test(words) ||
    CURSOR.test(words) ||
    INLINE.test(words) ||
    (tells && TOLD.test(words))
  );
}
