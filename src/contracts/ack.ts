import { z } from 'zod';
import { NamedLabel } from './label.ts';
import { Attempt, Token } from './run.ts';
import { Timestamp } from './time.ts';

export const AckOutcome = z.enum([
  'terminated',
  'already_finished',
  'not_found',
  'cancelled_before_start',
  'superseded',
  'refused',
  'expired',
]);
export type AckOutcome = z.infer<typeof AckOutcome>;

/** What the backend, or the tap, did with an abort command. */
export const Ack = z.object({
  schema: z.literal('knell.ack/v1'),
  command_id: z.string().min(1),
  agent: Token,
  execution: Token,
  attempt: Attempt,
  outcome: AckOutcome,
  by: NamedLabel.meta({ description: 'Who acted, e.g. "tap" or the name of the backend.' }),
  at: Timestamp,
});
export type Ack = z.infer<typeof Ack>;
