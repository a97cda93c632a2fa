import { type Fault, type FaultContext, type FaultResponse, USAGE_RESET_S } from './fault.ts';

/**
 * Shapes and codes: https://platform.openai.com/docs/guides/error-codes. `usage_limit_reached` is what the ChatGPT
 * backend sends to Codex (codex-rs, `codex-api/src/error.rs` and its tests); OpenAI has no 529, an overload is a 503.
 */
export function openaiFault(fault: Fault, { model, nowMs }: FaultContext): FaultResponse {
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
