import { stripVTControlCharacters } from 'node:util';

/**
 * A wording in lower case, without colours, with every odd space (U+00A0, U+202F, …) and each middle dot (U+00B7) as one
 * plain space. A text that was normalised before stays as it is.
 */
export function plainWording(text: string): string {
  return stripVTControlCharacters(text)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\u00b7\u2022]+/g, ' ')
    .trim();
}
