import type { Policy } from '../classify/policy.ts';
import type { Bench } from '../classify/reach-verdict.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import type { Clock, DriftCounter, LogHistory, Publisher, RunStore } from './ports.ts';
import type { RuleCosts } from './rule-costs.ts';
import type { Telemetry } from './telemetry.ts';

/** What every part of the pipeline works with. */
export interface PipelineOptions {
  /** The rules in force at this moment. */
  readonly rules: () => RuleSet;
  readonly policy: () => Policy;
  readonly store: RunStore;
  readonly history: LogHistory;
  readonly publisher: Publisher;
  readonly drifts: DriftCounter;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** What this process is called among the workers, unlike all others. Left out: there is no other. */
  readonly worker?: string;
  /** Holds rules to their share of the time; left out: nothing is counted. */
  readonly costs?: RuleCosts;
}

/** What a decision made at this moment is made with. */
export function benchOf({ policy, clock, rules }: Pick<PipelineOptions, 'policy' | 'clock' | 'rules'>): Bench {
  return { policy: policy(), nowMs: clock.now(), digest: rules().digest };
}
