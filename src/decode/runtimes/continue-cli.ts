import type { JsonObject } from '../json.ts';
import { stringAt } from '../json.ts';
import { createStructuredDecoder, type Reading } from './structured-decoder.ts';

/**
 * Continue's CLI, `cn -p`. A failure is one JSON object on stderr. Its stdout is read as text even with
 * `--format json`: there it prints the model's answer unchanged when that happens to be JSON.
 */
export const continueCli = createStructuredDecoder({
  runtime: 'continue-cli',
  streams: ['stderr'],
  read,
  errorLiterals: ['"status":"error"'],
});

function read(fields: JsonObject): Reading | undefined {
  const message = stringAt(fields, 'message');
  if (fields.status !== 'error' || message === undefined) return undefined;
  return { name: 'status/error', provenance: 'runtime', text: message, claimsError: true };
}
