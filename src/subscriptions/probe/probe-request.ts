import type { HeldCredential, ProbedProvider } from './probe-credential.ts';

/** One minimal real request. */
export interface ProbeRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Api {
  /** The provider's own variable for another address, and the address without it. */
  readonly baseVariable: string;
  readonly base: string;
  readonly model: string;
  path(model: string): string;
  headers(credential: HeldCredential): Record<string, string>;
  body(model: string, credential: HeldCredential): object;
}

/** What Claude Code says it is. Subscription tokens are refused without it. */
const CLAUDE_CODE_SYSTEM = "You are Claude Code, Anthropic's official CLI for Claude.";

/*
 * Sources: https://docs.claude.com/en/api/messages, https://platform.openai.com/docs/api-reference/chat/create,
 * https://ai.google.dev/api/generate-content. Status pages and usage endpoints report dead tokens as good; a request for
 * one token does not.
 */
const APIS: Readonly<Record<ProbedProvider, Api>> = {
  anthropic: {
    baseVariable: 'ANTHROPIC_BASE_URL',
    base: 'https://api.anthropic.com',
    model: 'claude-haiku-4-5',
    path: () => 'v1/messages',
    headers: ({ kind, token }) => ({
      'anthropic-version': '2023-06-01',
      ...(kind === 'api_key' ? { 'x-api-key': token } : { authorization: `Bearer ${token}` }),
      ...(kind === 'oauth' ? { 'anthropic-beta': 'oauth-2025-04-20' } : {}),
    }),
    body: (model, { kind }) => ({
      model,
      max_tokens: 1,
      ...(kind === 'oauth' ? { system: CLAUDE_CODE_SYSTEM } : {}),
      messages: [{ role: 'user', content: '.' }],
    }),
  },
  openai: {
    baseVariable: 'OPENAI_BASE_URL',
    base: 'https://api.openai.com/v1',
    model: 'gpt-4o-mini',
    path: () => 'chat/completions',
    headers: ({ token }) => ({ authorization: `Bearer ${token}` }),
    body: (model) => ({ model, max_completion_tokens: 1, messages: [{ role: 'user', content: '.' }] }),
  },
  google: {
    baseVariable: 'GOOGLE_GEMINI_BASE_URL',
    base: 'https://generativelanguage.googleapis.com',
    model: 'gemini-2.5-flash-lite',
    path: (model) => `v1beta/models/${encodeURIComponent(model)}:generateContent`,
    headers: ({ token }) => ({ 'x-goog-api-key': token }),
    body: () => ({ contents: [{ parts: [{ text: '.' }] }], generationConfig: { maxOutputTokens: 1 } }),
  },
};

/**
 * The request that settles whether a credential works.
 *
 * @param env where the provider's own base-URL variable may stand
 * @throws {TypeError} from `URL` when that variable is no address
 */
export function probeRequest(
  provider: ProbedProvider,
  credential: HeldCredential,
  env: Readonly<Record<string, string | undefined>>,
  model?: string,
): ProbeRequest {
  const api = APIS[provider];
  const base = env[api.baseVariable] || api.base;
  const named = model ?? api.model;
  return {
    url: new URL(api.path(named), base.endsWith('/') ? base : `${base}/`),
    headers: { 'content-type': 'application/json', 'user-agent': 'knell-probe', ...api.headers(credential) },
    body: JSON.stringify(api.body(named, credential)),
  };
}
