import { isObject } from '../decode/json.ts';
import { normaliseText } from '../decode/normalise-text.ts';

/** Marks in a draft what only a person can know. */
export const DECIDE = 'DECIDE:';

/** The longest stretch of a message that a drafted pattern spells out. */
const MAX_PATTERN = 120;

/** The event itself, where its text was empty and the excerpt is therefore the whole line. */
export function rawEvent(excerpt: string | undefined): string | undefined {
  if (!excerpt?.startsWith('{')) return undefined;
  try {
    return isObject(JSON.parse(excerpt)) ? excerpt : undefined;
  } catch {
    return undefined;
  }
}

/** RE2 for a message: spelt out, but for ids and numbers; open at the end where the message was cut. */
export function patternOf(text: string): string {
  const isCut = text.endsWith('…') || text.length > MAX_PATTERN;
  const spelt = cut(text.replace(/…$/, ''), MAX_PATTERN);
  const pattern = spelt
    .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/gi, '\\S+')
    .replace(/\b(?:req|msg|toolu|ses|call)_\w+/g, '\\S+')
    .replace(/\d+/g, '\\d+')
    // A secret that was taken out of the excerpt stands in the line.
    .replaceAll('\\[redacted\\]', '\\S+');
  return isCut ? `${pattern}.*` : pattern;
}

/** The first line of a text, normalised. */
export function firstLine(text: string): string {
  return normaliseText(text).split('\n')[0]?.trim() ?? '';
}

/** The start of a text, cut between words. */
export function cut(text: string, max: number): string {
  return text.length <= max
    ? text
    : text.slice(0, text.lastIndexOf(' ', max) > max / 2 ? text.lastIndexOf(' ', max) : max);
}

/** A text as part of a name. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** A YAML scalar: single-quoted keeps patterns readable; excerpts have no line breaks left. */
export function quoted(text: string): string {
  return /[\x00-\x1f\x7f-\x9f]/.test(text) ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
}
