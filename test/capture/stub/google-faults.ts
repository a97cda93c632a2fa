import type { Fault, FaultContext, FaultResponse } from './fault.ts';

/**
 * Shapes: https://cloud.google.com/apis/design/errors and https://ai.google.dev/gemini-api/docs/troubleshooting.
 * A bad API key is a 400 with reason `API_KEY_INVALID` at Google; only OAuth tokens give a 401.
 */
export function googleFault(fault: Fault, { model }: FaultContext): FaultResponse {
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
