import { createHash } from 'node:crypto';
import type { Evidence } from '../contracts/evidence.ts';
import type { Early } from '../contracts/log-headers.ts';
import type { StreamName } from '../contracts/run.ts';
import type { Position } from '../contracts/run-state.ts';
import { formatTime } from '../contracts/time.ts';
import { type DecodedEvent, LINE_EVENT } from '../decode/event.ts';
import { excerpt } from '../decode/excerpt.ts';
import type { Line } from '../decode/line.ts';
import { normaliseText } from '../decode/normalise-text.ts';
import type { EventMatch } from '../ruleset/rule-set.ts';

/** A line that some rule or signal matched. */
export interface Occurrence {
  readonly position: Position;
  /** When the line was stored, epoch milliseconds by the server's clock. Windows and waits are measured in it. */
  readonly atMs: number;
  /** When its publisher says that it was printed, epoch milliseconds. It is passed on, and compared with other times of the same clock alone. */
  readonly printedMs?: number;
  readonly line: Line;
  /** Whether the publisher numbers the lines; else the number is the row in the message. */
  readonly isNumbered?: boolean;
  /** Its host saw that nobody but the agent was there to print it (see `Knell-Alone`). */
  readonly isAlone?: true;
  /** Its host saw that it may have been printed before the agent was there (see `Knell-Early`). */
  readonly early?: Early;
  readonly event: DecodedEvent;
  readonly match: EventMatch;
  /** The runtime whose decoder read the line. */
  readonly runtime: string;
}

/** A line of plain output as evidence, such as the last one that a run printed. */
export function evidenceOfLine(line: {
  stream: StreamName;
  position: Position;
  text: string;
  raw: Buffer;
  atMs: number;
}): Evidence {
  return {
    stream: line.stream,
    line: line.position.row,
    seq: line.position.seq,
    event: LINE_EVENT,
    excerpt: excerpt(normaliseText(line.text)),
    sha256: createHash('sha256').update(line.raw).digest('hex'),
    observed_at: formatTime(line.atMs),
  };
}

/** The line as evidence: redacted excerpt for people, hash of the raw bytes for proof. */
export function evidenceOf(occurrence: Occurrence, pointer?: string): Evidence {
  const { line, event, atMs, printedMs, position } = occurrence;
  return {
    stream: line.stream,
    line: line.number,
    seq: position.seq,
    event: shortName(event),
    ...(pointer === undefined ? {} : { pointer }),
    excerpt: excerpt(event.text || line.raw.toString('utf8')),
    sha256: createHash('sha256').update(line.raw).digest('hex'),
    observed_at: formatTime(atMs),
    ...(printedMs === undefined ? {} : { printed_at: formatTime(printedMs) }),
  };
}

const MAX_NAME = 64;

/** An event's name as it may stand in messages: an agent can print any, of any length. */
export function shortName({ name }: Pick<DecodedEvent, 'name'>): string {
  const isPlain = name.length <= MAX_NAME && /^[\x20-\x7e]*$/.test(name);
  return isPlain
    ? name
    : normaliseText(name.slice(0, 4 * MAX_NAME))
        .replace(/\s+/g, ' ')
        .slice(0, MAX_NAME);
}
