/** What happened at moments, kept in their order. Counting what is recent takes no longer when more of it was kept. */
export class SlidingWindow<T extends { readonly atMs: number }> {
  readonly #kept: T[] = [];

  /** Nearly always the latest of all. */
  add(one: T): void {
    let at = this.#kept.length;
    while (at > 0 && (this.#kept[at - 1] as T).atMs > one.atMs) at -= 1;
    this.#kept.splice(at, 0, one);
  }

  /** What happened after a moment, the oldest first. */
  after(ms: number): readonly T[] {
    return this.#kept.slice(this.#firstAfter(ms));
  }

  /** How much happened after a moment. */
  countAfter(ms: number): number {
    return this.#kept.length - this.#firstAfter(ms);
  }

  /** Forgets what happened until a moment, and returns it. */
  dropUntil(ms: number): readonly T[] {
    const first = this.#firstAfter(ms);
    return first === 0 ? [] : this.#kept.splice(0, first);
  }

  /** Forgets one of those that were added. */
  remove(one: T): void {
    const before = this.#firstAfter(one.atMs - 1);
    const at = this.#kept.indexOf(one, before);
    if (at !== -1) this.#kept.splice(at, 1);
  }

  #firstAfter(ms: number): number {
    let [low, high] = [0, this.#kept.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#kept[middle] as T).atMs > ms) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
