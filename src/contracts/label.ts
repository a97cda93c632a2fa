import { z } from 'zod';

const MAX = 256;

/**
 * A name that a publisher chooses freely: it stands in states, records and tables, so that it is short and on one line. A
 * longer one, or one with control characters or halves of characters, names nothing: it is left out, and the message counts.
 */
export const Label = z.string().transform((text) => (isLabel(text) ? text : undefined));

/** The same where the name can't be left out. */
export const NamedLabel = z.string().transform((text) => (isLabel(text) ? text : 'unknown'));

function isLabel(text: string): boolean {
  return text.length <= MAX && !/[\p{Cc}\p{Cs}]/u.test(text);
}
