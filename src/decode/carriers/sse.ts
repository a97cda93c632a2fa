import type { CarriedLine, Carrier } from './carrier.ts';
import { behind, headOf } from './line-start.ts';

/** The data of a server-sent event, `data: {"type":…}`: https://html.spec.whatwg.org/multipage/server-sent-events.html */
const DATA = /^data: ?(?=\{")/;
/** What else such a stream holds: an event's name and id, how long to wait before a new connection, a sign of life. */
const ABOUT = /^(?:event: ?[\w./-]+|id: ?\S+|retry: ?\d+|:[^\n]{0,80})\r?$/;

const NO_LINES: readonly CarriedLine[] = [];

/** A stream of server-sent events, such as a wrapper stores of its agent's server. */
export const sse: Carrier = {
  name: 'sse',
  title: 'server-sent events',
  kind: 'envelope',
  open(stored) {
    const found = behind(stored, DATA);
    if (found) return [{ raw: found.rest }];
    return ABOUT.test(headOf(stored)) ? NO_LINES : undefined;
  },
  fitTogether: (stored) => stored.some((line) => behind(line, DATA) !== undefined),
};
