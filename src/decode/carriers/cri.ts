import { timeOf } from './carried-time.ts';
import type { Carrier } from './carrier.ts';
import { streamIn } from './json-envelope.ts';
import { behind } from './line-start.ts';

/**
 * What containerd and CRI-O write: `2016-10-06T00:17:09.669794202Z stdout F text`. `P` marks a piece of a line that goes
 * on, `F` a whole line or its last piece; tags behind a colon may follow.
 * Source: https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
 */
const PREFIX =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (stdout|stderr) ([PF])(?::[\w:]+)?(?: |$)/;

export const cri: Carrier = {
  name: 'cri',
  title: "a container runtime's log (CRI)",
  kind: 'envelope',
  open(stored) {
    const found = behind(stored, PREFIX);
    if (!found) return undefined;
    const [, time, stream, tag] = found.parts;
    return [{ raw: found.rest, ...streamIn(stream), ...timeOf(time), ...(tag === 'P' && { partial: true as const }) }];
  },
};
