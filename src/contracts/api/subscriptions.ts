import { z } from 'zod';
import { SubscriptionRecord } from '../subscription.ts';

/** A usage window that a runtime reported: how much of it is used, and when it begins anew. */
export const UsageWindow = z.object({
  name: z.string(),
  used: z.number().optional().meta({ description: '0 to 1, where it is known.' }),
  resets_at: z.string().optional(),
  seen_at: z.string(),
  message: z.string(),
});
export type UsageWindow = z.infer<typeof UsageWindow>;

export const SubscriptionStatus = z.object({
  record: SubscriptionRecord,
  answer: z.enum(['serviceable', 'refused', 'unknown']).meta({ description: 'What preflight would say now.' }),
  reason: z.string(),
  until: z.string().nullable(),
  alternatives: z.array(z.string()),
  windows: z.array(UsageWindow),
  running: z.int().meta({ description: 'Runs that use it now.' }),
});
export type SubscriptionStatus = z.infer<typeof SubscriptionStatus>;

export const SubscriptionStatuses = z
  .object({
    schema: z.literal('knell.subscription-statuses/v1'),
    subscriptions: z.array(SubscriptionStatus),
    more: z.int().meta({ description: 'How many others there are beyond these.' }),
  })
  .meta({ id: 'SubscriptionStatuses' });
export type SubscriptionStatuses = z.infer<typeof SubscriptionStatuses>;
