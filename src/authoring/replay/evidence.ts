import type { RulePack } from '../../contracts/rule-pack.ts';
import type { Ending } from './replay-run.ts';

/** One run that rules would have ended, and what became of it without them. */
export interface WouldAbort {
  readonly run: string;
  /** `pack/id`. */
  readonly rule: string;
  readonly ended: Ending;
  /** How long after that it really ended, in milliseconds, where that is known. */
  readonly laterMs: number | undefined;
}

/** How right rules were that commanded nothing. */
export interface Evidence {
  /** The run failed anyway. */
  readonly right: number;
  /** The run succeeded. */
  readonly wrong: number;
  /** Its end is not stored, or another rule ended it. */
  readonly unknown: number;
  /** How much later the right ones failed by themselves, in the middle: seconds. */
  readonly median_seconds_later: number | null;
  /** How long the right ones held their slots in vain, together. */
  readonly slot_hours: number;
  readonly wrong_runs: readonly string[];
}

/** What is asked for before rules may command. */
export interface PromotionPolicy {
  readonly right: number;
  readonly wrong: number;
  readonly forMs: number;
}

const DAY_MS = 86_400_000;

export const DEFAULT_PROMOTION: PromotionPolicy = { right: 20, wrong: 0, forMs: 3 * DAY_MS };

type Packs = readonly Pick<RulePack, 'promotion'>[];

/**
 * What is asked for before a candidate may command: of each figure what the strictest of its packs asks for, and the default
 * where none says anything; and no less than what the active rules ask for, which a candidate can't talk down. Pure.
 */
export function promotionPolicy(candidate: Packs, active?: Packs): PromotionPolicy {
  const [own, other] = [policyOf(candidate), active && policyOf(active)];
  return {
    right: Math.max(own.right, other?.right ?? 0),
    wrong: Math.min(own.wrong, other?.wrong ?? own.wrong),
    forMs: Math.max(own.forMs, other?.forMs ?? 0),
  };
}

function policyOf(packs: Packs): PromotionPolicy {
  const said = packs.flatMap(({ promotion }) => promotion ?? []);
  const strictest = (figures: readonly (number | undefined)[], of: (...one: number[]) => number, none: number) => {
    const known = figures.filter((figure) => figure !== undefined);
    return known.length === 0 ? none : of(...known);
  };
  const { right, wrong, forMs } = DEFAULT_PROMOTION;
  return {
    right: strictest(
      said.map((one) => one.right),
      Math.max,
      right,
    ),
    wrong: strictest(
      said.map((one) => one.wrong),
      Math.min,
      wrong,
    ),
    forMs: strictest(
      said.map(({ days }) => (days === undefined ? days : days * DAY_MS)),
      Math.max,
      forMs,
    ),
  };
}

const HOUR_MS = 3_600_000;
/** How many runs are named. */
const MAX_NAMED = 10;

/** Sums up what became of the runs that rules would have ended. Pure. */
export function weigh(runs: readonly WouldAbort[]): Evidence {
  const right = runs.filter(({ ended }) => ended === 'failed');
  const wrong = runs.filter(({ ended }) => ended === 'succeeded');
  const later = right
    .flatMap(({ laterMs }) => (laterMs === undefined ? [] : Math.max(0, laterMs)))
    .sort((a, b) => a - b);
  const middle = later[Math.floor(later.length / 2)];
  return {
    right: right.length,
    wrong: wrong.length,
    unknown: runs.length - right.length - wrong.length,
    median_seconds_later: middle === undefined ? null : Math.round(middle / 1_000),
    slot_hours: Math.round((later.reduce((sum, ms) => sum + ms, 0) / HOUR_MS) * 100) / 100,
    wrong_runs: wrong.slice(0, MAX_NAMED).map(({ run }) => run),
  };
}

/** By rule, in order of their names. */
export function weighByRule(runs: readonly WouldAbort[]): ReadonlyMap<string, Evidence> {
  const rules = [...new Set(runs.map(({ rule }) => rule))].sort();
  return new Map(rules.map((rule) => [rule, weigh(runs.filter((run) => run.rule === rule))]));
}

/**
 * What keeps rules from being promoted; nothing where the evidence is enough. Pure.
 *
 * @param triedMs how long they have been tried
 */
export function obstaclesToPromotion(evidence: Evidence, triedMs: number, policy: PromotionPolicy): string[] {
  const { right, wrong, wrong_runs } = evidence;
  const days = (ms: number): string => (ms / DAY_MS).toFixed(1);
  return [
    ...(wrong > policy.wrong
      ? [`${wrong} runs would have been ended that succeeded, ${policy.wrong} are allowed: ${wrong_runs.join(', ')}`]
      : []),
    ...(right < policy.right ? [`${right} runs would have been ended rightly, ${policy.right} are asked for`] : []),
    ...(triedMs < policy.forMs ? [`tried for ${days(triedMs)} days, ${days(policy.forMs)} are asked for`] : []),
  ];
}
