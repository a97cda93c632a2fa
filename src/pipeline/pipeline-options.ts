import type { Policy } from '../classify/policy.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import type { Clock, LogHistory, Publisher, RunStore } from './ports.ts';
import type { Telemetry } from './telemetry.ts';

/** What every part of the pipeline works with. */
export interface PipelineOptions {
  /** The rules in force at this moment. */
  readonly rules: () => RuleSet;
  readonly policy: () => Policy;
  readonly store: RunStore;
  readonly history: LogHistory;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}
