import { type JsonObject, stringAt } from '../json.ts';
import type { Reading } from './structured-decoder.ts';

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
  if (/retr(?:y|ied)/.test(kind)) {
    // The last try says that it failed: in a field, or in the JSON of its text.
    const isLast = fields.failed === true || /"failed"\s*:\s*true/.test(text);
    return { name: isLast ? 'retry/failed' : 'retry', provenance: 'runtime', text, claimsError: true };
  }
  if (/^(?:api_req_failed|error|mistake_limit_reached)$/.test(kind))
    return { name, provenance: 'runtime', text, claimsError: true };
  if (/^(?:command|tool|mcp|use_mcp|browser|shell)/.test(kind)) return { name, provenance: 'tool', text };
  if (/^(?:task|user_feedback)$/.test(kind)) return { name, provenance: 'prompt', text };
  return /^api_req|checkpoint/.test(kind) ? { name, provenance: 'runtime' } : { name, provenance: 'narration', text };
}
