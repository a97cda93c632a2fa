/** How many things are remembered: more than a person looks back for. */
const MOST = 10_000;

/**
 * Whether something is said for the first time, or in other words than the last time: a record comes again when more is known of it, such as
 * how long the run's end took, and mostly says the same to people.
 */
export function createSaidOnce(): (id: string, words: string) => boolean {
  const said = new Map<string, string>();
  return (id, words) => {
    if (said.get(id) === words) return false;
    said.delete(id);
    said.set(id, words);
    const [oldest] = said.keys();
    if (said.size > MOST && oldest !== undefined) said.delete(oldest);
    return true;
  };
}
