/**
 * The steps that reading one command may take, so that no text holds a start up: one for each character of a line, and
 * for each word of a command that is looked at.
 */
export class ReadingEffort {
  #spent = 0;
  readonly most: number;

  constructor(most = 250_000) {
    this.most = most;
  }

  get spent(): number {
    return this.#spent;
  }

  /** @throws {Error} where that is more than is left; nothing is spent then */
  spend(steps: number): void {
    if (this.#spent + steps > this.most) throw new Error(`more than ${this.most} steps to read`);
    this.#spent += steps;
  }
}
