import type { z } from 'zod';
import type { CredentialKind } from '../contracts/evidence.ts';
import { fingerprintOf, fingerprintSalt } from '../contracts/fingerprint.ts';
import { canonicalRuntime } from './canonical-runtime.ts';

/** What the run authenticates with, as far as its environment tells. Never the token. */
export interface RunCredential {
  readonly kind: z.infer<typeof CredentialKind>;
  /** Left out where no token was found. */
  readonly fingerprint?: string;
}

interface TokenVariable {
  readonly name: string;
  readonly kind: RunCredential['kind'];
}

const key = (name: string): TokenVariable => ({ name, kind: 'api_key' });
const oauth = (name: string): TokenVariable => ({ name, kind: 'oauth' });
/** A bearer that may be either: a gateway's key, a personal token. */
const bearer = (name: string): TokenVariable => ({ name, kind: 'unknown' });

/**
 * Where each runtime looks, the one that wins first. Sources: "Authentication precedence" in Claude Code's documentation
 * (https://code.claude.com/docs/en/authentication); Codex (https://developers.openai.com/codex/auth), where `codex exec`
 * reads CODEX_API_KEY; Gemini CLI (https://geminicli.com/docs/get-started/authentication); Copilot CLI and Cursor's own help texts.
 */
const VARIABLES: Readonly<Record<string, readonly TokenVariable[]>> = {
  'claude-code': [bearer('ANTHROPIC_AUTH_TOKEN'), key('ANTHROPIC_API_KEY'), oauth('CLAUDE_CODE_OAUTH_TOKEN')],
  codex: [key('CODEX_API_KEY'), key('OPENAI_API_KEY')],
  gemini: [key('GEMINI_API_KEY'), key('GOOGLE_API_KEY')],
  'qwen-code': [key('OPENAI_API_KEY'), key('DASHSCOPE_API_KEY')],
  'copilot-cli': [bearer('COPILOT_GITHUB_TOKEN'), bearer('GH_TOKEN'), bearer('GITHUB_TOKEN')],
  'cursor-agent': [key('CURSOR_API_KEY')],
};

/** Claude Code then uses a cloud provider's own credentials, whatever else is set. */
const CLAUDE_CLOUD_SWITCHES = ['CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX', 'CLAUDE_CODE_USE_FOUNDRY'];

/** Model providers' variables: for a runtime that can use any of them, and for one without a name. */
const ANY_PROVIDER: readonly TokenVariable[] = [
  oauth('CLAUDE_CODE_OAUTH_TOKEN'),
  ...['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'CODEX_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_API_KEY'].map(key),
  ...['OPENROUTER_API_KEY', 'MISTRAL_API_KEY', 'GROQ_API_KEY', 'DEEPSEEK_API_KEY', 'XAI_API_KEY'].map(key),
];

/**
 * Which credential a run will use, by its environment. A runtime that can use several providers, or that is not
 * named, is only believed when there is exactly one token to find: `unknown` is better than the wrong one.
 *
 * @param named the runtime by any of its names
 */
export function credentialOf(named: string | undefined, env: NodeJS.ProcessEnv): RunCredential {
  const runtime = named === undefined ? undefined : canonicalRuntime(named);
  const isSet = ({ name }: TokenVariable) => Boolean(env[name]?.trim());
  const own = runtime === undefined ? undefined : VARIABLES[runtime];
  if (runtime === 'claude-code' && CLAUDE_CLOUD_SWITCHES.some((name) => isOn(env[name]))) return { kind: 'unknown' };
  const found = own ? own.filter(isSet).slice(0, 1) : ANY_PROVIDER.filter(isSet);
  const [variable] = found;
  if (found.length !== 1 || !variable) return { kind: 'unknown' };
  return { kind: variable.kind, fingerprint: fingerprintOf(env[variable.name] ?? '', fingerprintSalt(env)) };
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(1|true|yes|on)$/i.test(value.trim());
}
