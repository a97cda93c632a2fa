import type { Failure, Finality } from './failure.ts';
import { type Bodies, readBodies } from './read-bodies.ts';
import { retryInText } from './retry-wording.ts';
import { statusInText } from './status-in-text.ts';

/** Class names, and the system's own names of errors, that stand in words. */
const CLASS = /\b[A-Z]\w{2,60}(?:Error|Exception|Fault)\b/g;
const ERRNO =
  /\b(?:E(?:NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOSPC|NOMEM|ACCES|PERM|PIPE|NOENT|ISDIR|MFILE|ROFS|DQUOT|2BIG|ADDRINUSE|SOCKETTIMEDOUT|PROTO)|ERR_[A-Z_]{4,50}|UND_ERR_[A-Z_]{4,40}|[A-Z][A-Z_]*_[A-Z_]{3,60}|[a-z]+(?:_[a-z]+){1,6}_(?:error|exceeded|quota|failed|reached|expired|key|found|denied|balance|limit|limit_reached|not_found|disabled|required|inactive)|[a-z]+(?:-[a-z]+)*_error)\b/g;

/** A message that is nothing but a code: `invalid_grant`. */
const CODE_ALONE = /^[a-z\d]+(?:_[a-z\d]+)+$/;

export interface StatementWords {
  /** The words, with bodies in them. */
  readonly message: string;
  /** The words once more, with rows that a wrap may have cut inside a word joined without a space. */
  readonly glued?: string;
  /** Labels and host phrases before them. */
  readonly prefix?: string;
  /** The line as it stands, for statuses that a prefix carries. */
  readonly whole?: string;
  readonly final?: Finality;
  readonly status?: number | undefined;
  readonly codes?: readonly string[];
  /** What a structured event's own fields say, opened already. */
  readonly bodies?: Bodies;
}

/** Reads a statement's words into a failure: its bodies opened, its status, codes and retries found. Pure. */
export function readFailure(words: StatementWords): Failure {
  const { message, glued = '', prefix = '', final = 'unknown' } = words;
  const inner = readBodies(message);
  const texts = [...(words.bodies?.texts ?? []), ...inner.texts, ...(glued ? readBodies(glued).texts : [])];
  const said = unique([prefix, message, glued, ...texts].map((text) => text.trim()).filter(Boolean)).join('\n');
  const lead = `${prefix} ${message}`;
  const status = words.status ?? words.bodies?.status ?? inner.status ?? statusInText(message) ?? statusInText(lead);
  const codes = unique([
    ...(words.codes ?? []),
    ...(words.bodies?.codes ?? []),
    ...inner.codes,
    ...(said.match(ERRNO) ?? []),
    ...(CODE_ALONE.test(message) ? [message] : []),
    ...(lead.match(CLASS) ?? []),
  ]);
  // A terminal statement is over, whatever its words say of retries.
  const retrying = final === 'yes' ? undefined : (retryInText(words.whole ?? lead) ?? retryInText(message));
  return {
    message: said,
    codes,
    ...(status !== undefined && { status }),
    ...(retrying && { retrying }),
    final: retrying && final === 'unknown' ? 'no' : final,
  };
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
