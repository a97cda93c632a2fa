import type { Carrier } from './carrier.ts';
import { behind, headOf, withoutNoise } from './line-start.ts';

/** The name of a service and its number, padded to one width, and a bar: `agent-1  | text`, `agent_1 | text`. */
const PREFIX = /^([a-zA-Z0-9][\w.-]{0,127}) *\|(?: |$)/;

/** `docker compose logs` and `up`: all bars stand in one column, which no other text with bars has. */
export const compose: Carrier = {
  name: 'compose',
  title: "docker compose's prefixes",
  kind: 'prefix',
  open(stored) {
    const found = behind(stored, PREFIX);
    return found && [{ raw: found.rest, source: found.parts[1] as string }];
  },
  fitTogether: (stored) => new Set(stored.map((line) => headOf(withoutNoise(line)).indexOf('|'))).size === 1,
};
