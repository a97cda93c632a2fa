import type { Carrier } from './carrier.ts';
import { behind } from './line-start.ts';

/** `kubectl logs --prefix`: `[pod/agent-7d9c/agent] text`. */
const PREFIX = /^\[(pod\/[a-z0-9][a-z0-9.-]{0,252}\/[a-z0-9][a-z0-9-]{0,62})\](?: |$)/;

export const kubectl: Carrier = {
  name: 'kubectl',
  title: "kubectl's prefixes",
  kind: 'prefix',
  open(stored) {
    const found = behind(stored, PREFIX);
    return found && [{ raw: found.rest, source: found.parts[1] as string }];
  },
};
