/**
 * Shapes of secrets that must never leave knell in an excerpt, a message or a log.
 * Sources: the providers' documented key prefixes (Anthropic `sk-ant-`, OpenAI `sk-`, Google `AIza`, GitHub `gh?_`,
 * Slack `xox?-`, AWS `AKIA`, GitLab `glpat-`, npm `npm_`, Hugging Face `hf_`, Groq `gsk_`, xAI `xai-`), Google's access
 * tokens (`ya29.`), JSON Web Tokens (RFC 7519), bearer credentials (RFC 6750), basic credentials (RFC 7617), a password
 * in an address, and what an environment variable that is named like a secret is set to.
 */
const SECRETS: readonly RegExp[] = [
  /\bsk-[A-Za-z0-9_-]{8,}/g,
  /\bAIza[A-Za-z0-9_-]{20,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{16,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{16,}/g,
  /\bxox[a-z]-[A-Za-z0-9-]{8,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g,
  /\bglpat-[A-Za-z0-9_-]{16,}/g,
  /\b(?:npm|hf|gsk)_[A-Za-z0-9]{16,}/g,
  /\bxai-[A-Za-z0-9]{16,}/g,
  /\bya29\.[A-Za-z0-9_-]{16,}/g,
  /(?<=\b[A-Z][A-Z0-9_]{0,40}(?:KEY|TOKEN|SECRET|PASSWORD)=["']?)[^\s"'$]{6,}/g,
  /(?<=\bBasic\s+)[A-Za-z0-9+/]{12,}=*/gi,
  /(?<=\bBearer\s+)[A-Za-z0-9._~+/-]{12,}=*/gi,
  /(?<=:\/\/[^\s/:@]{1,64}:)[^\s/@]{1,128}(?=@)/g,
];

/** Replaces whatever looks like a credential by `[redacted]`. */
export function redactText(text: string): string {
  let result = text;
  for (const secret of SECRETS) result = result.replace(secret, '[redacted]');
  return result;
}
