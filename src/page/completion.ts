import type { RuleWords } from '../contracts/api/workbench.ts';

/** What may be meant by what was typed just before the caret. */
export interface Completion {
  /** Where the word begins that would be replaced. */
  readonly from: number;
  readonly words: readonly string[];
}

const MAX_WORDS = 8;

/**
 * The words of a rules file that fit at the caret: values behind a key that takes words, else keys at the start of an entry.
 * Undefined where nothing was typed yet, or what was typed is whole. Pure.
 */
export function complete(text: string, caret: number, { keys, values }: RuleWords): Completion | undefined {
  const line = text.slice(text.lastIndexOf('\n', caret - 1) + 1, caret);
  const value = /^[\s-]*([a-z_]+):\s+(?:\[[^\]]*?)?([\w.]+)$/.exec(line);
  if (value) return among(values[value[1] as string] ?? [], value[2] as string, caret);
  const key = /^[\s-]*([a-z_]+)$/.exec(line);
  return key ? among(keys, key[1] as string, caret) : undefined;
}

function among(known: readonly string[], typed: string, caret: number): Completion | undefined {
  const words = known.filter((word) => word.startsWith(typed) && word !== typed).slice(0, MAX_WORDS);
  return words.length === 0 ? undefined : { from: caret - typed.length, words };
}
