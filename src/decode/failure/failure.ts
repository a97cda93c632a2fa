/** What a runtime or a host says went wrong, once its statement is read, however it was printed. */
export interface Failure {
  /** The words, normalised, with everything that belongs to the statement; bodies inside are left as they stand. */
  readonly message: string;
  /** The HTTP status, 400 to 599. */
  readonly status?: number;
  /** Error codes and class names in it, outermost first: `insufficient_quota`, `ENOTFOUND`, `RateLimitError`. */
  readonly codes: readonly string[];
  /** The client says that it tries again. */
  readonly retrying?: Retrying;
  /**
   * Whether the statement ends the run's hope: `yes` for a terminal event, `no` for a warning or a retry, `maybe` where the client says
   * only afterwards whether it gets over it.
   */
  readonly final: Finality;
}

export type Finality = 'yes' | 'no' | 'maybe' | 'unknown';

/** How far a client has come with its retries, as far as it says. */
export interface Retrying {
  readonly attempt?: number;
  readonly max?: number;
  readonly delayMs?: number;
  /** It does not try the same again: it goes on with something else. */
  readonly isInstead?: true;
}
