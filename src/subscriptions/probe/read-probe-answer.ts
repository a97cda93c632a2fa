import type { Category } from '../../contracts/categories.ts';
import type { ProbedProvider } from './probe-credential.ts';

/** An HTTP answer. Header names in lower case. */
export interface ProbeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What an answer says about the credential. `inconclusive` changes nothing that is known. */
export type ProbeResult =
  | { readonly verdict: 'works'; readonly reason: string }
  | { readonly verdict: 'inconclusive'; readonly reason: string }
  | {
      readonly verdict: 'refused';
      readonly category: Category;
      readonly reason: string;
      /** When it works again, epoch milliseconds. */
      readonly resetMs?: number;
    };

interface ErrorBody {
  readonly type?: unknown;
  readonly code?: unknown;
  readonly status?: unknown;
  readonly message?: unknown;
  readonly resets_at?: unknown;
  readonly resets_in_seconds?: unknown;
  readonly details?: unknown;
}

/**
 * Reads a provider's answer to the one real request. Only what is certain counts: 401 and 403 are a dead credential, a
 * spent plan is one that the provider's own fields call spent. A bare 429 is not: an expired token can get one, and so
 * can a healthy one in a busy minute.
 *
 * @param nowMs from when `resets_in_seconds` counts, epoch milliseconds
 */
export function readProbeAnswer(provider: ProbedProvider, answer: ProbeAnswer, nowMs: number): ProbeResult {
  const { status } = answer;
  const json = jsonOf(answer.body);
  const error = (json?.error ?? undefined) as ErrorBody | undefined;
  const said = describe(status, error);
  if (status >= 200 && status < 300) return readSuccess(provider, json, said);
  if (status === 401) return refused(authCategory(error), said);
  // A proxy's 403 is a page; the provider's is JSON.
  if (status === 403 && error) return refused('auth.forbidden', said);
  if (status === 402) return refused('billing.credit_exhausted', said);
  const special = { anthropic: readAnthropic, openai: readOpenai, google: readGoogle }[provider];
  return special(answer, error, said, nowMs) ?? { verdict: 'inconclusive', reason: explain(status, said) };
}

const ANSWER_FIELDS: Readonly<Record<ProbedProvider, string>> = {
  anthropic: 'content',
  openai: 'choices',
  google: 'candidates',
};

/** A success is an answer in the provider's own shape: a login page comes with 200 as well. */
function readSuccess(provider: ProbedProvider, json: Record<string, unknown> | undefined, said: string): ProbeResult {
  if (json && Array.isArray(json[ANSWER_FIELDS[provider]])) return { verdict: 'works', reason: said };
  return {
    verdict: 'inconclusive',
    reason: `${said}, but not with an answer of ${provider}: a proxy may have sent it`,
  };
}

/** Headers as seen from Anthropic: status `allowed`, `allowed_warning` or `rejected`, reset in epoch seconds. */
function readAnthropic(answer: ProbeAnswer, error: ErrorBody | undefined, said: string): ProbeResult | undefined {
  if (answer.status === 400 && /credit balance is too low/i.test(String(error?.message))) {
    return refused('billing.credit_exhausted', said);
  }
  if (answer.status !== 429) return undefined;
  const unified = answer.headers['anthropic-ratelimit-unified-status'];
  const reset = answer.headers['anthropic-ratelimit-unified-reset'];
  const isExhausted = unified === 'rejected' || (unified === undefined && reset !== undefined);
  return isExhausted ? refused('quota.usage_limit', said, epochSeconds(reset)) : undefined;
}

/** `insufficient_quota`: no credit left. `usage_limit_reached`: a ChatGPT plan's window, with its reset in the body. */
function readOpenai(
  answer: ProbeAnswer,
  error: ErrorBody | undefined,
  said: string,
  nowMs: number,
): ProbeResult | undefined {
  if (answer.status !== 429) return undefined;
  const names = [error?.code, error?.type];
  if (names.includes('insufficient_quota')) return refused('billing.credit_exhausted', said);
  if (!names.includes('usage_limit_reached')) return undefined;
  const inSeconds = Number(error?.resets_in_seconds);
  return refused(
    'quota.usage_limit',
    said,
    epochSeconds(error?.resets_at) ?? (inSeconds > 0 ? nowMs + inSeconds * 1_000 : undefined),
  );
}

/** Google answers 400, not 401, to a key that is wrong or has expired; a quota for the day is named in the details. */
function readGoogle(answer: ProbeAnswer, error: ErrorBody | undefined, said: string): ProbeResult | undefined {
  const details = JSON.stringify(error?.details ?? []);
  if (answer.status === 400 && details.includes('"API_KEY_INVALID"')) return refused(authCategory(error), said);
  if (answer.status === 429 && /"quotaId":"[^"]*PerDay/.test(details)) return refused('quota.usage_limit', said);
  return undefined;
}

function authCategory(error: ErrorBody | undefined): Category {
  const words = `${String(error?.message)} ${String(error?.code)}`;
  if (/\bexpired\b|token_expired/i.test(words)) return 'auth.token_expired';
  if (/\brevoked\b|token_revoked|invalidated/i.test(words)) return 'auth.token_revoked';
  return 'auth.invalid_credentials';
}

function refused(category: Category, reason: string, resetMs?: number): ProbeResult {
  return { verdict: 'refused', category, reason, ...(resetMs === undefined ? {} : { resetMs }) };
}

function epochSeconds(value: unknown): number | undefined {
  const seconds = Number(value);
  return value !== undefined && value !== null && value !== '' && seconds > 0 ? seconds * 1_000 : undefined;
}

function explain(status: number, said: string): string {
  if (status === 429) return `${said}: too many requests just now, which says nothing about the plan`;
  if (status >= 500) return `${said}: the provider is in trouble itself`;
  if (status >= 300 && status < 400) return `${said}: a redirect, which is not followed with a credential`;
  return `${said}: not an answer about the credential`;
}

/** Statuses and the provider's own words; people read it, nothing parses it. */
function describe(status: number, error: ErrorBody | undefined): string {
  const name = [error?.type, error?.code, error?.status].find((part) => typeof part === 'string') as string | undefined;
  const message = typeof error?.message === 'string' ? error.message.slice(0, 200) : undefined;
  return [`the provider answered ${status}`, name, message].filter((part) => part !== undefined).join(' · ');
}

function jsonOf(body: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
