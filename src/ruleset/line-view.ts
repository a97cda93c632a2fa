/** One line of a chunk. */
export interface LineView {
  readonly chunk: Buffer;
  readonly start: number;
  /** Where its line break is, or the chunk ends. */
  readonly end: number;
  /** Whether there are carriage returns in the chunk: in most there is none. */
  hasReturns(): boolean;
  /** Whether this ASCII text is in it; `true` also where looking for it would take too long. */
  has(text: string): boolean;
}
