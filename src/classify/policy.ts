import type { Mode } from '../contracts/failure-record.ts';
import type { FleetMode } from '../contracts/fleet-mode.ts';

/** What a deployment decides about verdicts, apart from the rules. */
export interface Policy {
  /** `shadow`: say what would have been done, and do nothing. */
  readonly mode: Mode;
  /** Rules that may not abort for now, by key, each with the reason. */
  readonly shadowed?: Readonly<Record<string, string>>;
  /** How long an abort command is valid, in milliseconds. */
  readonly commandTtlMs: number;
  /** The zone assumed for reset times that name none (IANA name). */
  readonly zone: string;
}

export const DEFAULT_POLICY: Policy = { mode: 'enforce', commandTtlMs: 15 * 60_000, zone: 'UTC' };

/** A worker's own policy, with what the whole fleet has been told on top. */
export function withFleetMode(policy: Policy, fleet: FleetMode): Policy {
  const shadowed = Object.fromEntries(Object.entries(fleet.shadowed).map(([key, { reason }]) => [key, reason]));
  return { ...policy, mode: fleet.mode ?? policy.mode, shadowed };
}
