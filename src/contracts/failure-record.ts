import { z } from 'zod';
import { VerdictFields } from './abort-command.ts';
import { Sha256 } from './rules-bundle.ts';
import { Timestamp } from './time.ts';

export const Mode = z.enum(['enforce', 'shadow']);
export type Mode = z.infer<typeof Mode>;

/** What became of a verdict. `suppressed` always says why in `reason`. */
export const Disposition = z.enum(['aborted', 'would_abort', 'warned', 'recorded', 'suppressed']);
export type Disposition = z.infer<typeof Disposition>;

/** How long each step of ending a run took, in milliseconds from the first evidence. */
export const Timings = z.object({
  evidence_to_command_ms: z.number().optional(),
  command_to_ack_ms: z.number().optional(),
  ack_to_exit_ms: z.number().optional(),
});

/** Whose word a record is that only says what other rules would have done: never the word of the rules in force. */
export const TriedCandidate = z.object({
  digest: Sha256.meta({ description: 'The bundle that would have ended the run, had it been active.' }),
  ended: z.enum(['failed', 'succeeded']).meta({ description: 'How the run ended without it.' }),
  ended_at: Timestamp,
});
export type TriedCandidate = z.infer<typeof TriedCandidate>;

/** The durable account of a verdict. The same verdict always has the same `record_id`. */
export const FailureRecord = z.object({
  schema: z.literal('knell.failure/v1'),
  record_id: z.string().min(1),
  issued_at: Timestamp,
  mode: Mode,
  disposition: Disposition,
  reason: z.string().optional(),
  command_id: z.string().optional(),
  timings: Timings.optional(),
  /** Only with `would_abort`: the rules are a candidate, and `issued_at` is when they would have ended the run. */
  candidate: TriedCandidate.optional(),
  ...VerdictFields,
});
export type FailureRecord = z.infer<typeof FailureRecord>;
