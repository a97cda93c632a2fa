/** The longest quotation in a message, in characters. */
const QUOTE_MAX = 160;

/**
 * What a message for people quotes of a line: the innermost `message` of a JSON or Python body in it, else the line itself,
 * 160 characters at most and without double quotes, so that it can stand between them.
 */
export function quoteOf(excerpt: string): string {
  // A body inside a text of another has its quotes escaped.
  const plain = excerpt.replace(/\\+(["'])/g, '$1');
  const bodies = [...plain.matchAll(/"message"\s*:\s*"([^"]+)"|'message'\s*:\s*'([^']+)'/g)];
  const innermost = bodies.at(-1);
  const said = (innermost?.[1] ?? innermost?.[2] ?? plain).replaceAll('"', "'");
  return said.length > QUOTE_MAX ? `${said.slice(0, QUOTE_MAX - 1)}…` : said;
}
