/** A pattern for any of these words or phrases, as whole words, without regard to case unless `flags` says otherwise. */
export function anyWord(words: readonly string[], flags = 'i'): RegExp {
  return new RegExp(`\\b(?:${words.join('|')})\\b`, flags);
}

/** A pattern for a text that begins with any of these words or phrases. */
export function startsWithAny(words: readonly string[], flags = 'i'): RegExp {
  return new RegExp(`^(?:${words.join('|')})(?!\\w)`, flags);
}
