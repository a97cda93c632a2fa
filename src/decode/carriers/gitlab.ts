import { timeOf } from './carried-time.ts';
import type { Carrier } from './carrier.ts';
import { behind } from './line-start.ts';

/**
 * GitLab's runner with time stamps: `2026-01-29T16:29:20.123456Z 00O text`. The stream's number, `O` or `E` for the
 * stream, and `+` where the line goes on the one before it.
 * Source: https://docs.gitlab.com/ci/jobs/job_logs/, "Job log timestamps"
 */
const PREFIX = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) [0-9a-f]{2}([OE])[ +]/;

export const gitlab: Carrier = {
  name: 'gitlab',
  title: "GitLab's time stamps",
  kind: 'prefix',
  open(stored) {
    const found = behind(stored, PREFIX);
    if (!found) return undefined;
    const [, time, stream] = found.parts;
    return [{ raw: found.rest, ...timeOf(time), stream: stream === 'E' ? 'stderr' : 'stdout' }];
  },
};
