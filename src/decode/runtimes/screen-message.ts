import { type JsonObject, stringAt } from '../json.ts';
import type { Reading } from './structured-decoder.ts';

/** The kinds that tell of a failure, retried or not. The last try says `failed` in a field, or in the JSON of its text. */
const FAILURES = new Set([
  'api_req_failed',
  'api_req_retried',
  'api_req_retry_delayed',
  'error',
  'error_retry',
  'mistake_limit_reached',
]);

/** Of which one is in each message that tells of a failure; see `Decoder.errorLiterals`. */
export const SCREEN_ERROR_LITERALS: readonly string[] = [...FAILURES].map((kind) =>
  kind === 'error' ? '"say":"error"' : `"${kind}"`,
);

/**
 * A message of the screen that Cline, Roo and Kilo share, which their command lines print too: `ask` and `say` name its
 * kind, and a failed request's answer is JSON in its text (https://github.com/cline/cline, src/shared/ExtensionMessage.ts).
 * Undefined where it names no kind.
 */
export function readScreenMessage(fields: JsonObject): Reading | undefined {
  const type = fields.type === 'ask' || fields.type === 'say' ? fields.type : undefined;
  const kind = type === undefined ? undefined : stringAt(fields, type);
  if (kind === undefined) return undefined;
  const text = stringAt(fields, 'text') ?? stringAt(fields, 'content') ?? '';
  const name = `${type}/${kind}`;
  // A retry without a word of why is no failure that anybody could know.
  if (text === '' && kind === 'api_req_retried') return { name, provenance: 'runtime' };
  if (FAILURES.has(kind)) return { name, provenance: 'runtime', text, claimsError: true };
  if (/^(?:command|tool|mcp|use_mcp|browser|shell)/.test(kind)) return { name, provenance: 'tool', text };
  if (/^(?:task|user_feedback)$/.test(kind)) return { name, provenance: 'prompt', text };
  return /^api_req|checkpoint/.test(kind) ? { name, provenance: 'runtime' } : { name, provenance: 'narration', text };
}
