import type { Carrier } from './carrier.ts';
import { behind } from './line-start.ts';

/** A name in brackets, or before a colon or a bar, and behind it an object: `[opencode:event] {"type":…}`. */
const PREFIX = /^(?:\[([a-zA-Z][\w.:/@-]{1,63})\]:?|([a-zA-Z][\w.:/@-]{1,63})(?::| [|>])) +(?=\{")/;

/** Wrappers that print each event of their agent behind a tag of their own. */
export const tagged: Carrier = {
  name: 'tagged',
  title: "a wrapper's tags",
  kind: 'prefix',
  open(stored) {
    const found = behind(stored, PREFIX);
    return found && [{ raw: found.rest, source: (found.parts[1] ?? found.parts[2]) as string }];
  },
};
