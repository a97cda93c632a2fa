/** The wire formats that the stub speaks. */
export type Dialect = 'anthropic' | 'openai' | 'google';

/** What is wrong at the provider, whatever it calls that. */
export type Fault =
  | 'bad_key'
  | 'token_expired'
  | 'token_revoked'
  | 'forbidden'
  | 'credit'
  | 'rate_limit'
  | 'usage_limit'
  | 'server_error'
  | 'overloaded'
  | 'unknown_model'
  | 'too_long';

export interface FaultResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface FaultContext {
  /** The model that the request named. */
  readonly model: string;
  /** Now, in milliseconds of the epoch: reset times are told relative to it. */
  readonly nowMs: number;
}

/**
 * Headers of a good answer to a subscription, from which Claude Code makes a `rate_limit_event`: a warning at 92 % of the
 * five-hour window, or a plan whose overage is refused while the window itself is open.
 */
export function windowHeaders(window: 'warning' | 'overage-refused', nowMs: number): Record<string, string> {
  const reset = String(Math.floor(nowMs / 1000) + USAGE_RESET_S);
  const status = window === 'warning' ? 'allowed_warning' : 'allowed';
  return {
    'anthropic-ratelimit-unified-status': status,
    'anthropic-ratelimit-unified-reset': reset,
    'anthropic-ratelimit-unified-representative-claim': 'five_hour',
    'anthropic-ratelimit-unified-5h-status': status,
    'anthropic-ratelimit-unified-5h-reset': reset,
    'anthropic-ratelimit-unified-5h-utilization': window === 'warning' ? '0.92' : '0.31',
    ...(window === 'warning'
      ? { 'anthropic-ratelimit-unified-5h-surpassed-threshold': '0.9' }
      : {
          'anthropic-ratelimit-unified-overage-status': 'rejected',
          'anthropic-ratelimit-unified-overage-disabled-reason': 'org_level_disabled',
        }),
  };
}

/** How long after the refused request a usage limit is lifted, in seconds. */
const USAGE_RESET_S = 3 * 3600 + 1740;

/** The response with which a provider of this dialect tells of a fault. */
export function faultResponse(dialect: Dialect, fault: Fault, context: FaultContext): FaultResponse {
  if (dialect === 'anthropic') return anthropicFault(fault, context);
  return dialect === 'openai' ? openaiFault(fault, context) : googleFault(fault, context);
}

/**
 * Shapes, types and statuses: https://platform.claude.com/docs/en/api/errors and …/api/rate-limits.
 * The messages are those that public bug reports of Claude Code quote; the `unified` headers are what Claude Code
 * reads for a subscription's windows.
 */
function anthropicFault(fault: Fault, { model, nowMs }: FaultContext): FaultResponse {
  const reply = (status: number, type: string, message: string, headers: Record<string, string> = {}) => ({
    status,
    headers: { 'request-id': 'req_011CStub000000000000000', ...headers },
    body: { type: 'error', error: { type, message }, request_id: 'req_011CStub000000000000000' },
  });
  switch (fault) {
    case 'bad_key':
      return reply(401, 'authentication_error', 'invalid x-api-key');
    case 'token_expired':
      return reply(
        401,
        'authentication_error',
        'OAuth token has expired. Please obtain a new token or refresh your existing token.',
      );
    case 'token_revoked':
      return reply(403, 'permission_error', 'OAuth token has been revoked. Please obtain a new token.');
    case 'forbidden':
      return reply(403, 'permission_error', 'OAuth authentication is currently not allowed for this organization.');
    case 'credit':
      return reply(
        400,
        'invalid_request_error',
        'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
      );
    case 'rate_limit':
      return reply(
        429,
        'rate_limit_error',
        'This request would exceed the rate limit for your organization of 50 requests per minute.',
        { 'retry-after': '2' },
      );
    case 'usage_limit': {
      const reset = String(Math.floor(nowMs / 1000) + USAGE_RESET_S);
      return reply(
        429,
        'rate_limit_error',
        "This request would exceed your account's rate limit. Please try again later.",
        {
          'anthropic-ratelimit-unified-status': 'rejected',
          'anthropic-ratelimit-unified-reset': reset,
          'anthropic-ratelimit-unified-representative-claim': 'five_hour',
          'anthropic-ratelimit-unified-5h-status': 'rejected',
          'anthropic-ratelimit-unified-5h-reset': reset,
          'anthropic-ratelimit-unified-5h-utilization': '1.0',
          'anthropic-ratelimit-unified-overage-status': 'rejected',
          'anthropic-ratelimit-unified-overage-disabled-reason': 'org_level_disabled',
          'retry-after': String(USAGE_RESET_S),
          'x-should-retry': 'false',
        },
      );
    }
    case 'server_error':
      return reply(500, 'api_error', 'Internal server error');
    case 'overloaded':
      return reply(529, 'overloaded_error', 'Overloaded');
    case 'unknown_model':
      return reply(404, 'not_found_error', `model: ${model}`);
    case 'too_long':
      return reply(400, 'invalid_request_error', 'prompt is too long: 208310 tokens > 200000 maximum');
  }
}

/**
 * Shapes and codes: https://platform.openai.com/docs/guides/error-codes. `usage_limit_reached` is what the ChatGPT
 * backend sends to Codex (codex-rs, `codex-api/src/error.rs` and its tests); OpenAI has no 529, an overload is a 503.
 */
function openaiFault(fault: Fault, { model, nowMs }: FaultContext): FaultResponse {
  const reply = (
    status: number,
    message: string,
    type: string,
    code: string | null,
    headers: Record<string, string> = {},
  ) => ({
    status,
    headers: { 'x-request-id': 'req_stub0000000000000000000000000000', ...headers },
    body: { error: { message, type, param: null, code } },
  });
  switch (fault) {
    case 'bad_key':
      return reply(
        401,
        'Incorrect API key provided: stub-key. You can find your API key at https://platform.openai.com/account/api-keys.',
        'invalid_request_error',
        'invalid_api_key',
      );
    case 'token_expired':
      return reply(
        401,
        'Provided authentication token is expired. Please try signing in again.',
        'invalid_request_error',
        'token_expired',
      );
    case 'token_revoked':
      return reply(
        401,
        'Your authentication token has been invalidated. Please try signing in again.',
        'invalid_request_error',
        'token_revoked',
      );
    case 'forbidden':
      return reply(
        403,
        'Country, region, or territory not supported',
        'request_forbidden',
        'unsupported_country_region_territory',
      );
    case 'credit':
      return reply(
        429,
        'You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.',
        'insufficient_quota',
        'insufficient_quota',
      );
    case 'rate_limit':
      return reply(
        429,
        `Rate limit reached for ${model} in organization org-stub on tokens per min (TPM): Limit 30000, Used 29500, Requested 1200. Please try again in 1.4s. Visit https://platform.openai.com/account/rate-limits to learn more.`,
        'tokens',
        'rate_limit_exceeded',
        { 'retry-after-ms': '1400', 'retry-after': '2' },
      );
    case 'usage_limit': {
      const resets = Math.floor(nowMs / 1000) + USAGE_RESET_S;
      return {
        status: 429,
        headers: {},
        body: {
          error: {
            type: 'usage_limit_reached',
            message: 'The usage limit has been reached',
            plan_type: 'plus',
            resets_at: resets,
            resets_in_seconds: USAGE_RESET_S,
          },
        },
      };
    }
    case 'server_error':
      return reply(
        500,
        'The server had an error while processing your request. Sorry about that!',
        'server_error',
        null,
      );
    case 'overloaded':
      return reply(
        503,
        'The engine is currently overloaded, please try again later',
        'server_error',
        'server_is_overloaded',
      );
    case 'unknown_model':
      return reply(
        404,
        `The model \`${model}\` does not exist or you do not have access to it.`,
        'invalid_request_error',
        'model_not_found',
      );
    case 'too_long':
      return reply(
        400,
        'Your input exceeds the context window of this model. Please adjust your input and try again.',
        'invalid_request_error',
        'context_length_exceeded',
      );
  }
}

/**
 * Shapes: https://cloud.google.com/apis/design/errors and https://ai.google.dev/gemini-api/docs/troubleshooting.
 * A bad API key is a 400 with reason `API_KEY_INVALID` at Google; only OAuth tokens give a 401.
 */
function googleFault(fault: Fault, { model }: FaultContext): FaultResponse {
  const reply = (code: number, status: string, message: string, details?: unknown[]) => ({
    status: code,
    headers: {},
    body: { error: { code, message, status, ...(details ? { details } : {}) } },
  });
  const info = (reason: string) => ({
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason,
    domain: 'googleapis.com',
    metadata: { service: 'generativelanguage.googleapis.com' },
  });
  const quota = (quotaId: string, retryDelay: string) => [
    {
      '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
      violations: [
        {
          quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
          quotaId,
          quotaDimensions: { location: 'global', model },
          quotaValue: quotaId.includes('PerDay') ? '100' : '5',
        },
      ],
    },
    { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay },
  ];
  switch (fault) {
    case 'bad_key':
      return reply(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [
        info('API_KEY_INVALID'),
      ]);
    case 'token_expired':
      return reply(
        401,
        'UNAUTHENTICATED',
        'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
        [info('ACCESS_TOKEN_EXPIRED')],
      );
    case 'token_revoked':
      return reply(403, 'PERMISSION_DENIED', 'Your API key was reported as leaked. Please use another API key.');
    case 'forbidden':
      return reply(
        403,
        'PERMISSION_DENIED',
        'Generative Language API has not been used in project 1234567890 before or it is disabled.',
        [info('SERVICE_DISABLED')],
      );
    case 'credit':
      return reply(
        429,
        'RESOURCE_EXHAUSTED',
        'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing.',
      );
    case 'rate_limit':
      return reply(
        429,
        'RESOURCE_EXHAUSTED',
        `You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.\n* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 5, model: ${model}\nPlease retry in 2.1s.`,
        quota('GenerateRequestsPerMinutePerProjectPerModel-FreeTier', '2s'),
      );
    case 'usage_limit':
      return reply(
        429,
        'RESOURCE_EXHAUSTED',
        `You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.\n* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 100, model: ${model}`,
        quota('GenerateRequestsPerDayPerProjectPerModel-FreeTier', '12540s'),
      );
    case 'server_error':
      return reply(
        500,
        'INTERNAL',
        'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
      );
    case 'overloaded':
      return reply(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.');
    case 'unknown_model':
      return reply(
        404,
        'NOT_FOUND',
        `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
      );
    case 'too_long':
      return reply(
        400,
        'INVALID_ARGUMENT',
        'The input token count (1208310) exceeds the maximum number of tokens allowed (1048576).',
      );
  }
}
