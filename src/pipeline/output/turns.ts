/** Work that gives way: it is done up to each `yield`, and goes on when its turn has come again. */
export type Giving<T> = Generator<undefined, T, undefined>;

export interface Turns {
  /** Does work. At once, where it never gives way; and else in turns with all other work that does. */
  take<T>(work: Giving<T>): T | Promise<T>;
  /** Settles when it is the caller's turn. */
  next(): Promise<void>;
}

/**
 * Turns of long pieces of work: one at a time, in the order in which they asked, and what comes in from outside between
 * two of them. So a run with much to say holds up others for as long as a turn takes, however many such runs there are.
 */
export function createTurns(): Turns {
  const waiting: (() => void)[] = [];

  function give(): void {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(give);
  }

  function next(): Promise<void> {
    return new Promise((resolve) => {
      if (waiting.push(resolve) === 1) setImmediate(give);
    });
  }

  async function goOn<T>(work: Giving<T>): Promise<T> {
    for (;;) {
      await next();
      const { done, value } = work.next();
      if (done) return value;
    }
  }

  return {
    next,
    take(work) {
      const { done, value } = work.next();
      return done ? value : goOn(work);
    },
  };
}
