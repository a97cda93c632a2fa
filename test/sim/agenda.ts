interface Entry {
  readonly atMs: number;
  readonly happen: () => Promise<void>;
}

/** What is going to happen, in order; of things at the same moment the one that was planned first comes first. */
export function createAgenda() {
  const entries: Entry[] = [];
  return {
    add(atMs: number, happen: () => Promise<void> | void): void {
      let [low, high] = [0, entries.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        // Kept latest first, so that the next one is taken from the end.
        if ((entries[middle] as Entry).atMs > atMs) low = middle + 1;
        else high = middle;
      }
      entries.splice(low, 0, { atMs, happen: async () => happen() });
    },
    next: (): Entry | undefined => entries.pop(),
  };
}
