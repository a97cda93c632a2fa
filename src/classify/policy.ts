import type { Mode } from '../contracts/failure-record.ts';
import type { FleetMode } from '../contracts/fleet-mode.ts';

/** What a deployment decides about verdicts, apart from the rules. */
export interface Policy {
  /** `shadow`: record what would have been done, and do nothing. */
  readonly mode: Mode;
  /** What may not abort for now, each with the reason: rules by key, rules on one subscription as `key@subscription`, all on one as `@subscription`, one agent's as `key of agent`, all as `*`. */
  readonly shadowed?: Readonly<Record<string, string>>;
  /** Why nothing may abort for now, where a budget and not an operator says so. */
  readonly paused?: string;
  /** How long an abort command is valid, in milliseconds. */
  readonly commandTtlMs: number;
  /** The zone assumed for reset times that name none (IANA name). */
  readonly zone: string;
}

export const DEFAULT_POLICY: Policy = { mode: 'enforce', commandTtlMs: 15 * 60_000, zone: 'UTC' };

/** A worker's own policy, overridden by the mode of the whole fleet. */
export function withFleetMode(policy: Policy, fleet: FleetMode): Policy {
  const shadowed = Object.fromEntries(Object.entries(fleet.shadowed).map(([key, { reason }]) => [key, reason]));
  const paused = fleet.mode === 'shadow' && fleet.because?.by === 'knell' ? fleet.because.reason : undefined;
  return { ...policy, mode: fleet.mode ?? policy.mode, shadowed, ...(paused === undefined ? {} : { paused }) };
}

/**
 * Why a rule may not abort a run for now; undefined where it may. What it holds back is decided again afterwards.
 *
 * @param agent whose run it is
 */
export function heldBackBy(
  { shadowed, paused }: Policy,
  key: string,
  subscription?: string,
  agent?: string,
): string | undefined {
  const ofAgent = agent === undefined ? [] : [targetOfAgent(key, agent), targetOfAgent('*', agent)];
  const keys = [key, `${key}@${subscription}`, `@${subscription}`, '*', ...ofAgent];
  return keys.map((one) => shadowed?.[one]).find((reason) => reason !== undefined) ?? paused;
}

/** What is held back where one agent's runs alone used a budget up: a rule, or `*`, for that agent. */
export function targetOfAgent(key: string, agent: string): string {
  return `${key} of ${agent}`;
}
