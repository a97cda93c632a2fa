/** A text in lower case, which is asked for some hundred words: of most it knows at once that it has none of them. */
export class LoweredText {
  readonly #text: string;
  /** By a hash of two characters: whether they stand side by side anywhere in the text. */
  readonly #pairs = new Uint8Array(PAIRS);

  constructor(text: string) {
    this.#text = text.toLowerCase();
    for (let at = 1; at < this.#text.length; at += 1) this.#pairs[pairAt(this.#text, at)] = 1;
  }

  /** Whether a word, given in lower case, stands anywhere in the text. */
  has(word: string): boolean {
    return (word.length < 2 || this.#pairs[pairAt(word, 1)] === 1) && this.#text.includes(word);
  }
}

/** A power of two, some times as many as a line of text has. */
const PAIRS = 2_048;

function pairAt(text: string, at: number): number {
  return (text.charCodeAt(at - 1) * 53 + text.charCodeAt(at)) % PAIRS;
}
