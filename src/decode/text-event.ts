import { type DecodedEvent, LINE_EVENT } from './event.ts';
import type { Line } from './line.ts';
import { normaliseText } from './normalise-text.ts';

/** The name of a line in a structured stream that is not one of the runtime's events. */
export const UNPARSED_EVENT = 'unparsed';

const NO_FIELDS = Object.freeze({});

/**
 * The event of a line of plain text. The runtime may have said it; where the channel is shared, so may the model or a
 * tool, and only `shared` tells.
 */
export function textEvent(line: Line, shared: boolean): DecodedEvent {
  return {
    name: LINE_EVENT,
    provenance: 'runtime',
    typed: false,
    shared,
    subagent: false,
    fields: NO_FIELDS,
    text: normaliseText(line.raw.toString('utf8')),
    claimsError: false,
  };
}

/**
 * The event of a line that has no place in its structured stream: tool servers share the pipe and interleave bytes with
 * the runtime's. Who wrote it is unknown, so it has its own name and no rule for plain lines can match it.
 */
export function unparsedEvent(line: Line): DecodedEvent {
  return { ...textEvent(line, true), name: UNPARSED_EVENT, provenance: 'unknown' };
}
