import type { Policy } from './policy.ts';

/** What decisions are made with, beside the run's state. */
export interface DecisionContext {
  readonly policy: Policy;
  /** When the decision is made, epoch milliseconds. In the service the clock, in a scan the time of the line. */
  readonly nowMs: number;
  /** Digest of the rules in force. */
  readonly digest: string;
  /**
   * The log is a finished one: nothing that is decided on it reaches a run. A verdict then says whether an
   * abort command would have gone out if the run were still alive at the end of the log.
   */
  readonly finished?: boolean;
}
