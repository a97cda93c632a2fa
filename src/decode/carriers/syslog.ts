import { timeOf } from './carried-time.ts';
import type { Carrier } from './carrier.ts';
import { behind } from './line-start.ts';

/** RFC 3164, and what `journalctl` prints (`-o short`, `short-iso`): `<134>Jan 29 16:29:20 host app[123]: text`. */
const OLD =
  /^(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,6})?|(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:?\d\d))) [\w.:-]{1,255} ([\w./@-]{1,128})(?:\[\d{1,10}\])?:(?: |$)/;

/** What a program writes to `/dev/log`, which names no host (syslog(3)): `<27>Jan 29 16:29:20 app[123]: text`. */
const LOCAL = /^<\d{1,3}>()[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d ([\w./@-]{1,128})(?:\[\d{1,10}\])?:(?: |$)/;

/** RFC 5424: `<134>1 2026-01-29T16:29:20.123Z host app 123 - [structured data] text`. */
const NEW =
  /^<\d{1,3}>1 (-|\S{1,40}) \S{1,255} (\S{1,48}) \S{1,128} \S{1,32} (?:-|(?:\[(?:[^\]\\]|\\.)*\])+)(?: (?:\xef\xbb\xbf)?|$)/;

export const syslog: Carrier = {
  name: 'syslog',
  title: 'syslog lines',
  kind: 'prefix',
  open(stored) {
    const found = behind(stored, NEW) ?? behind(stored, OLD) ?? behind(stored, LOCAL);
    return found && [{ raw: found.rest, source: found.parts[2] as string, ...timeOf(found.parts[1]) }];
  },
};
