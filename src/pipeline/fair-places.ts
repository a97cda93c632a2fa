export interface FairPlaces {
  /** Does work in one of the places, and says whether it had to wait for it. Settles as the work does. */
  work<T>(share: string, work: (hasWaited: boolean) => Promise<T>): Promise<T>;
  /** Whether none is free. */
  readonly isFull: boolean;
}

/**
 * A bounded number of places to work in. Where more work comes than there are places, it is taken in turns over the shares that
 * want one, and in its order within a share: however much one of them brings at once, another one waits for about as long as
 * a piece of work takes.
 *
 * @param places how much is worked on side by side
 */
export function createFairPlaces(places: number): FairPlaces {
  /** Share → what waits of it. The share whose turn is next stands first. */
  const waiting = new Map<string, (() => void)[]>();
  let free = places;

  function leave(): void {
    const [next] = waiting;
    if (!next) {
      free += 1;
      return;
    }
    const [share, queue] = next;
    const begin = queue.shift();
    waiting.delete(share);
    if (queue.length > 0) waiting.set(share, queue);
    begin?.();
  }

  return {
    get isFull() {
      return free === 0;
    },
    async work(share, work) {
      const hasWaited = free === 0;
      if (hasWaited) {
        await new Promise<void>((begin) => {
          const queue = waiting.get(share);
          if (queue) queue.push(begin);
          else waiting.set(share, [begin]);
        });
      } else {
        free -= 1;
      }
      try {
        return await work(hasWaited);
      } finally {
        leave();
      }
    },
  };
}
