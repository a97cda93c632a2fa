import { z } from 'zod';
import { Evidence } from './evidence.ts';
import { Token } from './run.ts';
import { Timestamp } from './time.ts';

export const PreflightRequest = z.object({
  agent: Token.optional(),
  subscription: z.string().min(1),
  fingerprint: z.string().optional(),
});
export type PreflightRequest = z.infer<typeof PreflightRequest>;

export const PreflightAnswer = z.enum(['serviceable', 'refused', 'unknown']);
export type PreflightAnswer = z.infer<typeof PreflightAnswer>;

export const PreflightReply = z.object({
  schema: z.literal('knell.preflight/v1'),
  subscription: z.string().optional(),
  answer: PreflightAnswer,
  reason: z.string(),
  until: Timestamp.nullable().meta({ description: 'When one run may try again; null where no time is known.' }),
  evidence: z.array(Evidence),
  evidence_age_s: z.number().nullable(),
  expires_at: Timestamp.nullable(),
  alternatives: z.array(z.string()),
});
export type PreflightReply = z.infer<typeof PreflightReply>;

/** The answer where nothing is known: a dispatch is neither refused nor recommended. */
export function unknownReply(reason: string, subscription?: string): PreflightReply {
  return {
    schema: 'knell.preflight/v1',
    ...(subscription === undefined ? {} : { subscription }),
    answer: 'unknown',
    reason,
    until: null,
    evidence: [],
    evidence_age_s: null,
    expires_at: null,
    alternatives: [],
  };
}
