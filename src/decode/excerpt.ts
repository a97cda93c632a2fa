import { EXCERPT_MAX } from '../contracts/evidence.ts';
import { redactText } from './redact.ts';

/** Far more than an excerpt holds, so that redaction sees whole secrets and still has little to read. */
const READ_MAX = 4_096;

/**
 * The start of a text as it may leave knell: secrets redacted first, then cut to at most `max` UTF-16 code units,
 * never inside a surrogate pair. A cut excerpt ends in `…`.
 */
export function excerpt(text: string, max: number = EXCERPT_MAX): string {
  if (text.length <= READ_MAX) return cutAt(redactText(text), max);
  // The last word of what is read may be the beginning of a secret, which as such nothing recognises.
  const redacted = redactText(cut(text, READ_MAX)).replace(/[^\s"'`,;=:]*$/, '');
  return `${cut(redacted, max - 1)}…`;
}

function cutAt(text: string, max: number): string {
  return text.length <= max ? text : `${cut(text, max - 1)}…`;
}

function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? max - 1 : max);
}
