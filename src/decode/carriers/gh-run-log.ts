import { timeOf } from './carried-time.ts';
import type { Carrier } from './carrier.ts';
import { behind } from './line-start.ts';

/** `gh run view --log`: job, step and the runner's stamp, with tabs between them. The first line of a step has a byte order mark. */
const PREFIX =
  /^[^\t\x00-\x1f]{1,128}\t[^\t\x00-\x1f]{1,128}\t(?:\xef\xbb\xbf)?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z)(?: |$)/;

export const ghRunLog: Carrier = {
  name: 'gh-run-log',
  title: "GitHub's job and step columns",
  kind: 'prefix',
  open(stored) {
    const found = behind(stored, PREFIX);
    return found && [{ raw: found.rest, ...timeOf(found.parts[1]) }];
  },
};
