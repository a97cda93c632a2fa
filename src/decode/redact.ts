/**
 * Shapes of secrets that must never leave knell in an excerpt, a message or a log.
 * Sources: the providers' documented key prefixes (Anthropic `sk-ant-`, OpenAI `sk-`, Google `AIza`, GitHub `gh?_`,
 * Slack `xox?-`, AWS `AKIA`), JSON Web Tokens (RFC 7519), and bearer credentials (RFC 6750).
 */
const SECRETS: readonly RegExp[] = [
  /\bsk-[A-Za-z0-9_-]{8,}/g,
  /\bAIza[A-Za-z0-9_-]{20,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{16,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{16,}/g,
  /\bxox[a-z]-[A-Za-z0-9-]{8,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g,
  /(?<=\bBearer\s+)[A-Za-z0-9._~+/-]{12,}=*/gi,
  /(?<=:\/\/[^\s/:@]{1,64}:)[^\s/@]{1,128}(?=@)/g,
];

/** Replaces whatever looks like a credential by `[redacted]`. */
export function redactText(text: string): string {
  let result = text;
  for (const secret of SECRETS) result = result.replace(secret, '[redacted]');
  return result;
}
