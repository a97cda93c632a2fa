import type { Effect } from '../classify/outcome.ts';
import type { Run } from '../contracts/run.ts';
import type { RunState } from '../contracts/run-state.ts';

/** Things that happen in the pipeline, past tense. One event drives the log line and the metric alike. */
export interface Telemetry {
  chunkRead(info: { bytes: number; candidates: number }): void;
  /** Bad input: counted, logged, and kept out of the redelivery loop. Always meant. */
  messageRejected(info: { subject: string; reason: string }): void;
  /** Something outside failed; the message will be delivered again. */
  messageRetried(info: { subject: string; error: unknown }): void;
  effectPublished(info: { effect: Effect; repeated: boolean; tookMs: number }): void;
  conflictRetried(info: { run: Run }): void;
  /** RE2 could not say whether these rules hold on a line: counted as unknown, never as no. */
  rulesUnknown(info: { run: Run; rules: readonly string[] }): void;
  /** What was due for a run was done, `lateMs` after its time. */
  runAttended(info: { run: Run; before: RunState; after: RunState; lateMs: number }): void;
}

export const silentTelemetry: Telemetry = {
  chunkRead: () => undefined,
  messageRejected: () => undefined,
  messageRetried: () => undefined,
  effectPublished: () => undefined,
  conflictRetried: () => undefined,
  rulesUnknown: () => undefined,
  runAttended: () => undefined,
};
