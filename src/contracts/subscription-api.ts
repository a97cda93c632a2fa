import { z } from 'zod';
import { Fingerprint, HolderKind, SubscriptionId, SubscriptionRecord } from './subscription.ts';
import { Timestamp } from './time.ts';

/** Which subscriptions to show. A page has at most `limit`; `next` of one page is `after` of the following one. */
export const ListSubscriptions = z.object({
  provider: z.string().optional(),
  agent: z.string().optional(),
  fingerprint: Fingerprint.optional(),
  id: z.string().optional(),
  removed: z.boolean().default(false).meta({ description: 'Show what was removed too.' }),
  after: z.string().optional(),
  limit: z.int().min(1).max(200).default(100),
});
export type ListSubscriptions = z.infer<typeof ListSubscriptions>;

export const SubscriptionPage = z.object({
  schema: z.literal('knell.subscriptions/v1'),
  subscriptions: z.array(SubscriptionRecord),
  next: z.string().nullable(),
});
export type SubscriptionPage = z.infer<typeof SubscriptionPage>;

/** What an operator knows of a subscription. What is left out stays as it is. */
export const SetSubscription = z.object({
  id: SubscriptionId,
  kind: HolderKind.default('subscription'),
  by: z.string().min(1).max(128).meta({ description: 'Who asks, for the audit.' }),
  name: z.string().min(1).max(256).optional(),
  provider: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'name a provider in lower case, e.g. anthropic')
    .optional(),
  fingerprint: Fingerprint.optional().meta({
    description: 'The token now in use. Another one than before starts over.',
  }),
  issued_at: Timestamp.optional(),
  expires_at: Timestamp.nullable().optional().meta({ description: 'Null: unknown; falls back to the estimate.' }),
  clear: z.boolean().optional().meta({ description: 'Forget what is held against the token in use.' }),
});
export type SetSubscription = z.infer<typeof SetSubscription>;

export const RemoveSubscription = z.object({
  id: SubscriptionId,
  kind: HolderKind.default('subscription'),
  by: z.string().min(1).max(128),
});
export type RemoveSubscription = z.infer<typeof RemoveSubscription>;

/** The answer to `set` and `remove`: the subscription as it is now. */
export const SubscriptionChanged = z.object({
  schema: z.literal('knell.subscription-changed/v1'),
  subscription: SubscriptionRecord,
});
export type SubscriptionChanged = z.infer<typeof SubscriptionChanged>;

/** The answer to a request that can't be met. Preflight never answers so. */
export const ApiError = z.object({
  schema: z.literal('knell.error/v1'),
  code: z.enum(['BAD_REQUEST', 'NOT_FOUND', 'UNAVAILABLE']),
  message: z.string(),
});
export type ApiError = z.infer<typeof ApiError>;
