import { timeOf } from './carried-time.ts';
import type { Carrier } from './carrier.ts';
import { envelopeOf, linesOfText, streamIn } from './json-envelope.ts';

/**
 * Docker's json-file driver: `{"log":"text\n","stream":"stderr","time":"…"}` a row. A line of more than 16 KiB is stored
 * in pieces, of which only the last ends in a line break.
 * Source: https://docs.docker.com/engine/logging/drivers/json-file/, and `defaultBufSize` in moby's daemon/logger/copier.go
 */
export const docker: Carrier = {
  name: 'docker',
  title: "docker's json-file",
  kind: 'envelope',
  open(stored) {
    const row = envelopeOf(stored);
    if (typeof row?.log !== 'string' || typeof row.stream !== 'string' || typeof row.time !== 'string')
      return undefined;
    const rest = { ...streamIn(row.stream), ...timeOf(row.time) };
    const lines = linesOfText(row.log, rest);
    const last = lines.pop();
    if (!last) return lines;
    return [...lines, row.log.endsWith('\n') ? last : { ...last, partial: true }];
  },
};
