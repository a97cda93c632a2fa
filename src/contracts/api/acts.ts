import { z } from 'zod';
import { Mode } from '../failure-record.ts';
import { HolderKind, SubscriptionId } from '../subscription.ts';

const by = z.string().min(1).max(64).meta({ description: 'Who acts, for the audit.' });
const why = z.string().min(1).max(500);

export const SetMode = z.object({ mode: Mode, by, why }).meta({ id: 'SetMode' });
export const ReleaseRule = z.object({ rule: z.string().min(1).max(300), by, why }).meta({ id: 'ReleaseRule' });
export const PublishCandidate = z
  .object({
    file: z.object({ name: z.string(), yaml: z.string() }),
    by,
    why,
  })
  .meta({ id: 'PublishCandidate' });
export const PromoteCandidate = z
  .object({ digest: z.string(), force: z.boolean().default(false), by, why })
  .meta({ id: 'PromoteCandidate' });
export const RollBack = z.object({ by, why }).meta({ id: 'RollBack' });
export const ClearSubscription = z
  .object({ id: SubscriptionId, kind: HolderKind.default('subscription'), by, why })
  .meta({ id: 'ClearSubscription' });

/** What an act led to. */
export const ActDone = z
  .object({ schema: z.literal('knell.act-done/v1'), message: z.string(), digest: z.string().optional() })
  .meta({ id: 'ActDone' });
export type ActDone = z.infer<typeof ActDone>;

/** The answer to a request that can't be met. */
export const HttpError = z
  .object({
    schema: z.literal('knell.http-error/v1'),
    code: z.enum([
      'BAD_REQUEST',
      'NO_TOKEN_SET',
      'TOKEN_WANTED',
      'TOKENS_GUESSED',
      'OTHER_ORIGIN',
      'NOT_FOUND',
      'REFUSED',
      'BUSY',
      'TOO_LONG',
      'LENGTH_WANTED',
      'UNAVAILABLE',
    ]),
    message: z.string(),
    reasons: z.array(z.string()).optional(),
  })
  .meta({ id: 'HttpError' });
export type HttpError = z.infer<typeof HttpError>;
