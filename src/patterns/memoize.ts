/**
 * Remembers what a pure function has made of a text, for the latest texts: checking and compiling read the same patterns, a
 * reloaded folder has mostly the old ones, and a client that fails says the same again and again.
 *
 * @param capacity how many texts are remembered at most; half of them are forgotten at once
 * @param longest a text of more characters is not remembered
 */
export function memoize<V>(
  capacity: number,
  make: (text: string) => V,
  longest = Number.POSITIVE_INFINITY,
): (text: string) => V {
  let latest = new Map<string, V>();
  let before = new Map<string, V>();
  return (text) => {
    if (text.length > longest) return make(text);
    const known = latest.get(text);
    if (known !== undefined) return known;
    const value = before.get(text) ?? make(text);
    if (latest.size >= capacity / 2) {
      before = latest;
      latest = new Map();
    }
    latest.set(text, value);
    return value;
  };
}
