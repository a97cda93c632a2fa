import { z } from 'zod';
import { Category, Grade, NextAction, Scope, Severity } from './categories.ts';
import { Credential, Evidence, RuleReference } from './evidence.ts';
import { Attempt, Token } from './run.ts';
import { Timestamp } from './time.ts';

/** What an abort command and a failure record say alike about a verdict. */
export const VerdictFields = {
  agent: Token,
  execution: Token,
  attempt: Attempt,
  category: Category,
  scope: Scope,
  severity: Severity,
  retryable: z.boolean(),
  next_action: NextAction,
  not_before: Timestamp.optional().meta({ description: 'Do not retry on this credential before then.' }),
  reset_source: z.enum(['event', 'text', 'none']).optional(),
  grade: Grade,
  credential: Credential,
  evidence: z.array(Evidence),
  rule: RuleReference,
  runtime: z.object({ name: z.string(), version: z.string().optional() }),
  message: z.string().meta({ description: 'Prose for people; nothing may parse it.' }),
};

/** The order to end a run. It is always meant: what shadow mode would have done is a failure record, never a command. */
export const AbortCommand = z.object({
  schema: z.literal('knell.abort/v1'),
  command_id: z.string().min(1),
  issued_at: Timestamp,
  expires_at: Timestamp,
  last_words_ms: z.int().min(0).max(10_000).optional().meta({
    description: 'How long the run may still name its cause before it is ended. The host may ignore this.',
  }),
  ...VerdictFields,
});
export type AbortCommand = z.infer<typeof AbortCommand>;
