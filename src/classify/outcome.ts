import type { AbortCommand } from '../contracts/abort-command.ts';
import type { FailureRecord } from '../contracts/failure-record.ts';
import type { Notice } from '../contracts/notice.ts';
import type { Run } from '../contracts/run.ts';
import type { RunState } from '../contracts/run-state.ts';

/** What has to be published because of a decision. Every id in it is deterministic, so doing it twice is harmless. */
export type Effect =
  | { readonly kind: 'abort'; readonly command: AbortCommand; readonly record: FailureRecord }
  | {
      readonly kind: 'record';
      readonly record: FailureRecord;
      /** For a later version of a record that was published before. */
      readonly revision?: number;
    }
  /** Offer the run's abort command again to those that listen now. */
  | { readonly kind: 'offer'; readonly run: Run }
  /** A kind of failure that no rule knows, to be counted; the notice goes out with the count. */
  | { readonly kind: 'drift'; readonly fingerprint: string; readonly notice: Notice }
  /** A rule would have ended a run, or came too late to, that then succeeded. */
  | { readonly kind: 'mistake'; readonly rule: string; readonly run: Run }
  | { readonly kind: 'notice'; readonly notice: Notice; readonly subject: readonly string[] };

/** A decision: what knell now remembers of the run, and what has to be published before that is stored. */
export interface Outcome {
  readonly state: RunState;
  readonly effects: readonly Effect[];
}
