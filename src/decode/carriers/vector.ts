import { timeOf } from './carried-time.ts';
import type { Carrier } from './carrier.ts';
import { envelopeOf, linesOfText, streamIn } from './json-envelope.ts';

/**
 * Vector's log events as its JSON codec writes them: `{"message":"text","source_type":"docker_logs","timestamp":"…", …}`.
 * Source: https://vector.dev/docs/reference/configuration/sources/docker_logs/, "Output Data"
 */
export const vector: Carrier = {
  name: 'vector',
  title: "Vector's JSON",
  kind: 'envelope',
  open(stored) {
    const row = envelopeOf(stored);
    if (typeof row?.message !== 'string' || typeof row.source_type !== 'string') return undefined;
    return linesOfText(row.message, { ...streamIn(row.stream), ...timeOf(row.timestamp) });
  },
};
