import { timeOf } from './carried-time.ts';
import type { Carrier } from './carrier.ts';
import { behind, headOf } from './line-start.ts';

const DATE = String.raw`\d{4}[-/]\d\d[-/]\d\d`;
const CLOCK = String.raw`\d\d:\d\d:\d\d(?:\.\d{1,9})?`;
const ZONE = String.raw`(?:Z| ?UTC| ?[+-]\d\d:?\d\d)?`;

/**
 * A time before each line, as CI runners, `docker logs --timestamps`, Jenkins and `ts` put it there: RFC 3339, a date and a
 * time, `[26-01-29 16:29:20]`, or a time of day alone; in brackets or not. One space belongs to it, further ones are the
 * line's indentation. Buildkite's is a sequence for terminals, of which a copy may have lost the marks around it
 * (https://buildkite.com/docs/pipelines/configure/managing-log-output).
 */
const PREFIX = new RegExp(
  String.raw`^(?:\[(?:${DATE}[T ]${CLOCK}${ZONE}|\d\d-\d\d-\d\d ${CLOCK}|${CLOCK})\]|(${DATE}T${CLOCK}${ZONE})|${DATE} ${CLOCK}${ZONE}|${CLOCK})(?: |$)|^_bk;t=\d{12,14}`,
);

/** A level or a dash behind the stamp: a logger has written it, so the stamp belongs to the program's own line. */
const LOGGED =
  /^(?: *[[(<]?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)[\])>]?(?:\s|$)| ?[-–|] | *\x1b\[[0-9;]*m *(?:TRACE|DEBUG|INFO|WARN|ERROR)\b)/i;

/** A stamp proves nothing about the speaker: the program that stored the lines put one before each of them. */
export const stamp: Carrier = {
  name: 'stamp',
  title: 'time stamps',
  kind: 'prefix',
  open(stored) {
    const found = behind(stored, PREFIX);
    if (!found || LOGGED.test(headOf(found.rest))) return undefined;
    return [{ raw: found.rest, ...timeOf(found.parts[1]) }];
  },
};
