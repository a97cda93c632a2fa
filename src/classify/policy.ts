import type { Mode } from '../contracts/failure-record.ts';

/** What a deployment decides about verdicts, apart from the rules. */
export interface Policy {
  /** `shadow`: say what would have been done, and do nothing. */
  readonly mode: Mode;
  /** How long an abort command is valid, in milliseconds. */
  readonly commandTtlMs: number;
  /** The zone assumed for reset times that name none (IANA name). */
  readonly zone: string;
}

export const DEFAULT_POLICY: Policy = { mode: 'enforce', commandTtlMs: 15 * 60_000, zone: 'UTC' };
