import { SECRET_BLOCKS } from './redact/blocks.ts';
import { withoutInvisible } from './redact/invisible.ts';
import { LoweredText } from './redact/lowered-text.ts';
import { NAMED_VALUES } from './redact/named-values.ts';
import { PERSONAL } from './redact/personal.ts';
import { PROGRAM_SECRETS } from './redact/programs.ts';
import type { SecretShape } from './redact/secret-shape.ts';
import { TOKENS } from './redact/tokens.ts';
import { URL_SECRETS } from './redact/urls.ts';

/** Whole blocks and addresses first: what is inside them must not be taken apart. */
export const SHAPES: readonly SecretShape[] = [
  ...SECRET_BLOCKS,
  ...URL_SECRETS,
  ...TOKENS,
  ...PROGRAM_SECRETS,
  ...NAMED_VALUES,
  ...PERSONAL,
];

/** Short texts are mostly names, and come again and again. Those in which nothing was hidden are remembered: no secret is. */
const SHORT = 64;
const REMEMBERED = 2_000;
const clean = new Set<string>();

/**
 * Replaces whatever looks like a secret by `[redacted]`, in what people see; rules read the lines as they are. Where colours
 * or invisible characters hide a secret, all of those go too. Text without secrets comes back as it is.
 *
 * It takes some microseconds for a text of a few hundred characters; texts are cut to some thousands before.
 */
export function redactText(text: string): string {
  if (clean.has(text)) return text;
  const seen = withoutInvisible(text);
  const lowered = new LoweredText(seen);
  let result = seen;
  for (const shape of SHAPES) result = shape.hide(result, lowered);
  if (result !== seen) return result;
  if (text.length <= SHORT) {
    if (clean.size >= REMEMBERED) clean.delete(clean.values().next().value as string);
    clean.add(text);
  }
  return text;
}
