/**
 * Remembers what a pure function has made of a text, for the latest `capacity` texts: checking and compiling read the
 * same patterns, and a reloaded folder has mostly the old ones.
 */
export function memoize<V>(capacity: number, make: (text: string) => V): (text: string) => V {
  const made = new Map<string, V>();
  return (text) => {
    const known = made.get(text);
    if (known !== undefined) return known;
    const value = make(text);
    if (made.size >= capacity) made.delete(made.keys().next().value as string);
    made.set(text, value);
    return value;
  };
}
