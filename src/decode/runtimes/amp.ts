import type { JsonObject } from '../json.ts';
import { beginsSession, readNarration, readResult, readSystem, readUser } from './message-envelope.ts';
import { createStructuredDecoder, type Reading } from './structured-decoder.ts';

/** Amp: `amp -x --stream-json`, or plain text. Source: https://ampcode.com/manual, "Streaming JSON". */
export const amp = createStructuredDecoder({
  runtime: 'amp',
  read,
  opens: beginsSession,
  errorLiterals: ['"type":"result"'],
});

function read(fields: JsonObject): Reading | undefined {
  switch (fields.type) {
    case 'system':
      return readSystem(fields);
    case 'assistant':
      return readNarration(fields);
    case 'user':
      return readUser(fields);
    case 'result':
      return readResult(fields);
    default:
      return undefined;
  }
}
