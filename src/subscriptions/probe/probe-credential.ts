import type { Credential } from '../../contracts/evidence.ts';

export const PROVIDERS = ['anthropic', 'openai', 'google'] as const;
/** A provider that can be probed. */
export type ProbedProvider = (typeof PROVIDERS)[number];

/** A credential as it lies in the environment. The token goes to the provider and nowhere else. */
export interface HeldCredential {
  readonly variable: string;
  readonly kind: Credential['kind'];
  readonly token: string;
}

/**
 * Where each provider's own programs look, the one that wins first: what a run here would really use. Sources: Claude
 * Code's "Authentication precedence" (https://code.claude.com/docs/en/authentication), Codex
 * (https://developers.openai.com/codex/auth), Gemini CLI (https://geminicli.com/docs/get-started/authentication).
 */
const VARIABLES: Readonly<Record<ProbedProvider, readonly (readonly [string, Credential['kind']])[]>> = {
  anthropic: [
    ['ANTHROPIC_AUTH_TOKEN', 'unknown'],
    ['ANTHROPIC_API_KEY', 'api_key'],
    ['CLAUDE_CODE_OAUTH_TOKEN', 'oauth'],
  ],
  openai: [
    ['CODEX_API_KEY', 'api_key'],
    ['OPENAI_API_KEY', 'api_key'],
  ],
  google: [
    ['GEMINI_API_KEY', 'api_key'],
    ['GOOGLE_API_KEY', 'api_key'],
  ],
};

/** The credential that a run with this environment would use; undefined when there is none. */
export function heldCredential(
  provider: ProbedProvider,
  env: Readonly<Record<string, string | undefined>>,
): HeldCredential | undefined {
  for (const [variable, kind] of VARIABLES[provider]) {
    const token = env[variable]?.trim();
    if (token) return { variable, kind, token };
  }
  return undefined;
}

/** The names of the variables that are looked at, for people. */
export function variablesOf(provider: ProbedProvider): string[] {
  return VARIABLES[provider].map(([variable]) => variable);
}
