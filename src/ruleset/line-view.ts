/** One line of a chunk, and what is known of it so far. */
export interface LineView {
  readonly chunk: Buffer;
  readonly start: number;
  /** Where its line break is, or the chunk ends. */
  readonly end: number;
  /** Whether this ASCII text is in it; `true` also where looking for it would take too long. */
  has(text: string): boolean;
}

const LINE_FEED = 0x0a;
/** How often a line is searched before it is let through: lines can be long, and the texts to look for many. */
const MAX_SEARCHES = 16;

/** The line around an offset. */
export function viewLine(chunk: Buffer, at: number): LineView {
  const start = at === 0 ? 0 : chunk.lastIndexOf(LINE_FEED, at - 1) + 1;
  const feed = chunk.indexOf(LINE_FEED, at);
  const end = feed === -1 ? chunk.length : feed;
  const known = new Map<string, boolean>();
  let line: Buffer | undefined;
  return {
    chunk,
    start,
    end,
    has(text) {
      const before = known.get(text);
      if (before !== undefined) return before;
      if (known.size === MAX_SEARCHES) return true;
      line ??= chunk.subarray(start, end);
      const found = line.includes(text, 0, 'latin1');
      known.set(text, found);
      return found;
    },
  };
}
