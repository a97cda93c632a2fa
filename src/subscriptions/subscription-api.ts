import type { z } from 'zod';
import { parseJson } from '../contracts/parse-json.ts';
import type { SubscriptionVerb } from '../contracts/subjects.ts';
import { holderKey, type SubscriptionRecord } from '../contracts/subscription.ts';
import {
  type ApiError,
  ListSubscriptions,
  RemoveSubscription,
  SetSubscription,
  type SubscriptionChanged,
  type SubscriptionPage,
} from '../contracts/subscription-api.ts';
import type { PreflightOptions } from './preflight/check-preflight.ts';
import { updateSubscription } from './record/registry.ts';
import { objectionTo, removeSubscription, setSubscription } from './record/set-subscription.ts';

export type ApiAnswer = SubscriptionPage | SubscriptionChanged | ApiError;

/** A page stays well under NATS's default limit of 1 MiB for a message. */
const MAX_PAGE_BYTES = 512 * 1024;

/** Answers one request about the registry as it came over the wire. Never throws: the answer says what went wrong. */
export async function answerApi(
  options: PreflightOptions,
  verb: SubscriptionVerb,
  data: Uint8Array,
): Promise<ApiAnswer> {
  try {
    switch (verb) {
      case 'list':
        return list(options, read(ListSubscriptions, data));
      case 'set':
        return await set(options, read(SetSubscription, data));
      case 'remove':
        return await remove(options, read(RemoveSubscription, data));
    }
  } catch (error) {
    if (error instanceof BadRequest) return failure('BAD_REQUEST', error.message);
    return failure(
      'UNAVAILABLE',
      `the store of subscriptions does not answer, or refuses what is written: ${(error as Error).message} (see "knell doctor")`,
    );
  }
}

function list({ view }: PreflightOptions, request: ListSubscriptions): ApiAnswer {
  if (!view.ready) return failure('UNAVAILABLE', 'the registry of subscriptions is not loaded yet: ask again');
  const { provider, agent, fingerprint, id, removed } = request;
  const fits = (record: SubscriptionRecord): boolean =>
    (removed || record.removed_at === null) &&
    (provider === undefined || record.provider === provider) &&
    (agent === undefined || record.agents.includes(agent)) &&
    (id === undefined || record.id === id) &&
    (fingerprint === undefined ||
      record.fingerprint === fingerprint ||
      record.other_tokens.some((token) => token.fingerprint === fingerprint));
  const page = view.page(request.after, request.limit, fits);
  let bytes = 0;
  const fitting = page.records.filter((record, index) => {
    bytes += Buffer.byteLength(JSON.stringify(record));
    return index === 0 || bytes <= MAX_PAGE_BYTES;
  });
  const last = fitting.at(-1);
  const next = fitting.length < page.records.length && last ? holderKey(last) : page.next;
  return { schema: 'knell.subscriptions/v1', subscriptions: fitting, next };
}

async function set({ store, clock }: PreflightOptions, request: SetSubscription): Promise<ApiAnswer> {
  const objection = objectionTo(request, clock.now());
  if (objection !== undefined) return failure('BAD_REQUEST', objection);
  const record = await updateSubscription(store, request, (before) => setSubscription(before, request, clock.now()));
  return record ? changed(record) : failure('NOT_FOUND', `there is no subscription ${request.id}`);
}

async function remove({ store, clock }: PreflightOptions, request: RemoveSubscription): Promise<ApiAnswer> {
  const record = await updateSubscription(store, request, (before) => removeSubscription(before, request, clock.now()));
  return record ? changed(record) : failure('NOT_FOUND', `there is no subscription ${request.id}`);
}

function changed(subscription: SubscriptionRecord): SubscriptionChanged {
  return { schema: 'knell.subscription-changed/v1', subscription };
}

function failure(code: ApiError['code'], message: string): ApiError {
  return { schema: 'knell.error/v1', code, message };
}

class BadRequest extends Error {}

/** @throws {BadRequest} that says where the request does not fit */
function read<T extends z.ZodType>(schema: T, data: Uint8Array): z.output<T> {
  // `nats req` without a payload asks for everything.
  const json = data.length === 0 ? {} : parseJson(data);
  if (json === undefined) throw new BadRequest('the request is not JSON');
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the request'}: ${issue.message}`);
  throw new BadRequest(problems.join('; '));
}
