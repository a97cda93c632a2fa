import { z } from 'zod';
import { AbortCommand } from '../abort-command.ts';
import { Ack } from '../ack.ts';
import { FailureRecord } from '../failure-record.ts';
import { Notice } from '../notice.ts';
import { PreflightReply, PreflightRequest } from '../preflight.ts';
import { RuleOverrides, RulePack } from '../rule-pack.ts';
import { RunEvent } from '../run-event.ts';
import { RunState } from '../run-state.ts';
import { SubscriptionRecord } from '../subscription.ts';
import {
  ApiError,
  ListSubscriptions,
  RemoveSubscription,
  SetSubscription,
  SubscriptionChanged,
  SubscriptionPage,
} from '../subscription-api.ts';

/** Everything that goes over the wire or stands in a file, by the name its JSON Schema file has. */
export const MESSAGES = {
  abort: AbortCommand,
  failure: FailureRecord,
  ack: Ack,
  run: RunEvent,
  notice: Notice,
  'preflight-request': PreflightRequest,
  preflight: PreflightReply,
  'run-state': RunState,
  subscription: SubscriptionRecord,
  'subscriptions-list': ListSubscriptions,
  'subscriptions-page': SubscriptionPage,
  'subscriptions-set': SetSubscription,
  'subscriptions-remove': RemoveSubscription,
  'subscription-changed': SubscriptionChanged,
  error: ApiError,
  rules: RulePack,
  overrides: RuleOverrides,
} as const;

/**
 * The JSON Schema (2020-12) of every message and file. They describe what may be written; readers ignore unknown
 * fields, so the schemas allow them, except in rules files, where an unknown field is most likely a typing error.
 */
export function jsonSchemas(): Record<keyof typeof MESSAGES, object> {
  const entries = Object.entries(MESSAGES).map(([name, schema]) => [name, z.toJSONSchema(schema, { io: 'input' })]);
  return Object.fromEntries(entries) as Record<keyof typeof MESSAGES, object>;
}
