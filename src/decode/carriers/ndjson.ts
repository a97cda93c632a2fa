import type { Carrier } from './carrier.ts';
import { envelopeOf, linesOfText, streamIn } from './json-envelope.ts';

/** knell's own rows for publishers that have both streams in one place: `{"line": "text", "stream": "stderr"}`. */
export const ndjson: Carrier = {
  name: 'ndjson',
  title: 'rows of line and stream',
  kind: 'envelope',
  open(stored) {
    const row = envelopeOf(stored);
    if (typeof row?.line !== 'string' || !('stream' in streamIn(row.stream))) return undefined;
    return linesOfText(row.line, streamIn(row.stream));
  },
};
