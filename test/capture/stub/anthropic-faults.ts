import { type Fault, type FaultContext, type FaultResponse, USAGE_RESET_S } from './fault.ts';

/**
 * Shapes, types and statuses: https://platform.claude.com/docs/en/api/errors and …/api/rate-limits.
 * The messages are those that public bug reports of Claude Code quote; the `unified` headers are what Claude Code
 * reads for a subscription's windows.
 */
export function anthropicFault(fault: Fault, { model, nowMs }: FaultContext): FaultResponse {
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
