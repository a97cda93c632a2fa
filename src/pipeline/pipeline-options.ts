import type { DecisionContext } from '../classify/decision-context.ts';
import type { Policy } from '../classify/policy.ts';
import type { AbortCommand } from '../contracts/abort-command.ts';
import type { UnlabelledCodec } from '../contracts/log-headers.ts';
import type { Run } from '../contracts/run.ts';
import type { StoreLoss } from '../contracts/store-loss.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import type { Mistake } from './fleet/count-mistake.ts';
import type { RuleCosts } from './fleet/rule-costs.ts';
import type { FloodGate } from './output/flood-gate.ts';
import type { Clock, LogHistory, Publisher, RunStore, UnmatchedCounter } from './ports/ports.ts';
import type { Telemetry } from './ports/telemetry.ts';
import type { InTurn } from './run-turns.ts';

/** A run that has exited. */
export interface EndedRun {
  readonly run: Run;
  /** When its exit was stored, epoch milliseconds by the server's clock. */
  readonly atMs: number;
}

/** What every part of the pipeline works with. */
export interface PipelineOptions {
  /** The rules in force at this moment. */
  readonly rules: () => RuleSet;
  readonly policy: () => Policy;
  /** Whether a command may be given now; where not, the policy says by then why. Left out: always. */
  readonly admit?: (command: AbortCommand) => boolean;
  /** Takes in that a rule was wrong about a run that succeeded. Left out: that changes nothing. */
  readonly mistaken?: (mistake: Mistake) => Promise<void>;
  readonly store: RunStore;
  readonly history: LogHistory;
  /** When the server last lost what was stored. Left out: never. */
  readonly lastLoss?: () => Promise<StoreLoss | undefined>;
  readonly publisher: Publisher;
  readonly drifts: UnmatchedCounter;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** What this process is called among the workers, unlike all others. Left out: there is no other. */
  readonly worker?: string;
  /** The messages are those of a finished log, see `DecisionContext.finished`. */
  readonly finished?: boolean;
  /** How messages of output without any `Knell-` header are read; left out: as plain lines. The history must agree. */
  readonly unlabelled?: UnlabelledCodec;
  /** One decision on a run at a time; left out: they race each other. */
  readonly inTurn?: InTurn | undefined;
  /** Told of each run whose host says that it has exited, once what follows from that is stored. Must return at once. */
  readonly ended?: (ended: EndedRun) => void;
  /** Holds rules to their share of the time; left out: nothing is counted. */
  readonly costs?: RuleCosts;
  /** Bounds what one run can take of the time; left out: all lines are read. */
  readonly flood?: FloodGate;
}

/** What a decision made at this moment is made with. */
export function decisionContext({
  policy,
  clock,
  rules,
  finished = false,
}: Pick<PipelineOptions, 'policy' | 'clock' | 'rules' | 'finished'>): DecisionContext {
  return { policy: policy(), nowMs: clock.now(), digest: rules().digest, finished };
}
