import { z } from 'zod';
import { Category } from './categories.ts';
import { Evidence } from './evidence.ts';
import { Timestamp } from './time.ts';

/** Whose account pays: whatever a platform calls it. Narrow enough to be shown, wide enough for names people use. */
export const SubscriptionId = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must not contain control characters');

export const Fingerprint = z
  .string()
  .min(1)
  .max(256)
  .meta({ description: 'Salted hash of the token; never the token.' });

/** `api_key`: a key that shadows a subscription's token. It has an entry of its own, and its id is its fingerprint. */
export const HolderKind = z.enum(['subscription', 'api_key']);
export type HolderKind = z.infer<typeof HolderKind>;

export const ExpirySource = z.enum(['estimated', 'operator', 'provider']);
export type ExpirySource = z.infer<typeof ExpirySource>;

/** When a token ends, and who says so. An estimate only ever warns. */
export const Expiry = z.object({ at: Timestamp, source: ExpirySource });
export type Expiry = z.infer<typeof Expiry>;

/** The steps of the warning ladder, from far to near. */
export const RUNGS = ['14d', '7d', '3d', '1d', 'passed'] as const;
export const Rung = z.enum(RUNGS);
export type Rung = z.infer<typeof Rung>;

/** What was last seen of a token: runs succeed with it, or it was refused. */
export const Health = z.object({
  state: z.enum(['unknown', 'healthy', 'failing']),
  at: Timestamp.nullable(),
  by: z.string().nullable().meta({ description: 'Who saw it: a run, a probe or an operator.' }),
});
export type Health = z.infer<typeof Health>;

/** The one run that may find out whether an open breaker can close. */
export const Trial = z.object({
  agent: z.string(),
  run: z.string().nullable().meta({ description: 'agent.execution.attempt, once it has started.' }),
  until: Timestamp.meta({ description: 'When another run may try.' }),
  again: z.literal(true).optional().meta({ description: 'Its agent had it once before and no run had come of that.' }),
});
export type Trial = z.infer<typeof Trial>;

/** Whether a token may be used. Opened by typed evidence about the token itself, closed by a success. */
export const Breaker = z.object({
  state: z.enum(['closed', 'open', 'half_open']),
  since: Timestamp.nullable(),
  until: Timestamp.nullable().meta({
    description: 'From then on it is expected to work again; null: not before the token changes.',
  }),
  until_source: z
    .enum(['told', 'guessed'])
    .nullable()
    .meta({ description: 'told: the evidence named the time · guessed: it did not, and it is time to try again.' }),
  reason: z.string().nullable(),
  category: Category.nullable(),
  fingerprint: Fingerprint.nullable().meta({ description: 'The token it is held against.' }),
  evidence: z.array(Evidence),
  trial: Trial.nullable(),
  trial_at: Timestamp.nullable()
    .default(null)
    .meta({ description: 'From then on one run may try although `until` has not come: a refusal is never for good.' }),
  tries: z.int().min(0).default(0).meta({ description: 'How many trials have failed or proved nothing.' }),
  witnesses: z
    .array(z.string())
    .default([])
    .meta({ description: 'Agents, or `probe`, that saw the token refused; two of them agree.' }),
});
export type Breaker = z.infer<typeof Breaker>;

const tokenFields = {
  fingerprint: Fingerprint.nullable().meta({ description: 'Null: the token is not known yet.' }),
  first_seen_at: Timestamp,
  issued_at: Timestamp.nullable(),
  expires_at: Expiry.nullable(),
  health: Health,
  breaker: Breaker,
  vouched_at: Timestamp.nullable().meta({ description: 'Evidence observed before then is out of date.' }),
  warned: z.array(Rung).meta({ description: 'Rungs of the expiry ladder that this token has had.' }),
};

/** All that is known of one token. */
export const TokenState = z.object(tokenFields);
export type TokenState = z.infer<typeof TokenState>;

export const AuditEntry = z.object({ at: Timestamp, by: z.string(), what: z.string() });
export type AuditEntry = z.infer<typeof AuditEntry>;

/** All that knell knows of a subscription: its token in use, the tokens before it, who uses it, what was done to it. */
export const SubscriptionRecord = z.object({
  schema: z.literal('knell.subscription/v1'),
  id: SubscriptionId,
  kind: HolderKind,
  name: z.string(),
  provider: z.string().meta({ description: 'anthropic, openai, google, …; unknown where it was not said.' }),
  ...tokenFields,
  other_tokens: z.array(TokenState).meta({ description: 'Tokens seen besides the one in use, newest first.' }),
  agents: z.array(z.string()).meta({ description: 'Agents known to use it, the latest first.' }),
  removed_at: Timestamp.nullable(),
  updated_at: Timestamp,
  audit: z.array(AuditEntry).meta({ description: 'What was done to it, newest first, bounded.' }),
});
export type SubscriptionRecord = z.infer<typeof SubscriptionRecord>;

export interface Holder {
  readonly kind: HolderKind;
  readonly id: string;
}

/** The key-value key of a holder. Ids that no key can carry go in as base64url. */
export function holderKey({ kind, id }: Holder): string {
  return /^[A-Za-z0-9_-]{1,128}$/.test(id)
    ? `${kind}.${id}`
    : `${kind}64.${Buffer.from(id, 'utf8').toString('base64url')}`;
}
