/** What a program is told by its own options, and the words that are none of them. */
export interface OwnOptions {
  /** The values, by option: `-u`, `--user`. */
  readonly values: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
}

/**
 * Reads a program's own options as `getopt` does: alone (`-u USER`), in clusters (`-iu USER`), glued (`-cLINE`), with `=` (`--command=LINE`).
 *
 * @param takesValue whether an option takes a value, the next word where none is glued to it
 * @param isAnywhere they may stand behind other words too
 */
export function readOptions(
  words: readonly string[],
  takesValue: (option: string) => boolean,
  isAnywhere = false,
): OwnOptions {
  const values = new Map<string, string>();
  const rest: string[] = [];
  let at = 0;
  for (; at < words.length; at += 1) {
    const word = words[at] as string;
    if (word === '--') {
      at += 1;
      break;
    }
    if (!word.startsWith('-')) {
      if (!isAnywhere) break;
      rest.push(word);
      continue;
    }
    const option = optionIn(word, takesValue);
    if (!option) continue;
    const value = option.value ?? words[at + 1];
    if (value !== undefined) values.set(option.name, value);
    if (option.value === undefined) at += 1;
  }
  return { values, rest: [...rest, ...words.slice(at)] };
}

/** The option of a word that takes a value, and the value where it is a part of the word. */
function optionIn(
  word: string,
  takesValue: (option: string) => boolean,
): { name: string; value: string | undefined } | undefined {
  if (word.startsWith('--')) {
    const [, name = '', value] = /^([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    return value !== undefined || takesValue(name) ? { name, value } : undefined;
  }
  for (let at = 1; at < word.length; at += 1) {
    const name = `-${word[at]}`;
    if (takesValue(name)) return { name, value: word.slice(at + 1) || undefined };
  }
  return undefined;
}

/** The first of some options that has a value. */
export const optionValue = ({ values }: OwnOptions, ...names: readonly string[]): string | undefined =>
  names.map((name) => values.get(name)).find((value) => value !== undefined);
