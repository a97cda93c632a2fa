import type { Effect } from '../../classify/outcome.ts';
import type { FleetMode } from '../../contracts/fleet-mode.ts';
import type { Run } from '../../contracts/run.ts';
import type { RunState } from '../../contracts/run-state.ts';
import type { DearRule } from '../fleet/rule-meter.ts';

/** Things that happen in the pipeline, past tense. One event drives the log line and the metric alike. */
export interface Telemetry {
  chunkRead(info: { bytes: number; candidates: number }): void;
  /** Bad input: counted, logged, and kept out of the redelivery loop. Always meant. */
  messageRejected(info: { subject: string; reason: string }): void;
  /** Rows of a message that do not have the form that its codec says: counted, and what is in them is not known. */
  rowsUnread(info: { run: Run; rows: number; reason: string }): void;
  /** A stream of a run floods, so these lines were not read: others like them were. `begins`: shortly before none was passed over. */
  linesPassedOver(info: { run: Run; subject: string; lines: number; begins: boolean }): void;
  /** Something outside failed; the message will be delivered again. */
  messageRetried(info: { subject: string; error: unknown }): void;
  effectPublished(info: { effect: Effect; repeated: boolean; tookMs: number }): void;
  conflictRetried(info: { run: Run }): void;
  /** RE2 could not say whether these rules hold on a line: counted as unknown, never as no. */
  rulesUnknown(info: { run: Run; rules: readonly string[] }): void;
  /** A rule cost more than its share, and this worker has put it in quarantine for the whole fleet. */
  ruleQuarantined(info: DearRule): void;
  /** The fleet's mode, at the start and at each change. */
  fleetModeChanged(info: { mode: FleetMode }): void;
  /** What decoding and trying the rules took of a worker's time lately, 0 to 1. */
  rulesTimed(info: { share: number }): void;
  /** What was due for a run was done, `lateMs` after its time. */
  dueRunHandled(info: { run: Run; before: RunState; after: RunState; lateMs: number }): void;
}

export const silentTelemetry: Telemetry = {
  chunkRead: () => undefined,
  messageRejected: () => undefined,
  rowsUnread: () => undefined,
  linesPassedOver: () => undefined,
  messageRetried: () => undefined,
  effectPublished: () => undefined,
  conflictRetried: () => undefined,
  rulesUnknown: () => undefined,
  ruleQuarantined: () => undefined,
  fleetModeChanged: () => undefined,
  rulesTimed: () => undefined,
  dueRunHandled: () => undefined,
};
