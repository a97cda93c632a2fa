import type { JsonObject } from '../json.ts';
import { stringAt } from '../json.ts';
import { createGenericDecoder, readGenericEvent } from './generic.ts';
import type { Reading } from './structured-decoder.ts';

/** How the client words its own failure in the model's place. */
const OWN_FAILURE = /^Sorry, I encountered an error: /;

/**
 * Grok CLI: `grok -p`, one message of the conversation a line. Seen from 0.0.34: a failed call is printed as a message of
 * the assistant, and the exit code is 0.
 */
export const grokCli = createGenericDecoder('grok-cli', read);

function read(fields: JsonObject): Reading | undefined {
  const content = stringAt(fields, 'content') ?? '';
  if (fields.role !== 'assistant' || !OWN_FAILURE.test(content)) return readGenericEvent(fields);
  return { name: 'run/failed', provenance: 'runtime', text: content.replace(OWN_FAILURE, ''), claimsError: true };
}
