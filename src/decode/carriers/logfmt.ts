/** A longer line is no record of fields: it has an event of an agent in it at most. */
const MAX_CHARS = 1024 * 1024;
const FIELD = /([a-zA-Z_][\w.@/-]{0,40})=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))(?:\s+|$)/y;

/** The fields of a line that is nothing but fields, `time=… level=info msg="…"`; undefined where anything else stands in it. */
export function readFields(line: string): Record<string, string> | undefined {
  if (!/^[a-zA-Z_][\w.]{0,40}=/.test(line) || line.length > MAX_CHARS) return undefined;
  const fields: Record<string, string> = {};
  FIELD.lastIndex = 0;
  for (let at = 0; at < line.length; at = FIELD.lastIndex) {
    const found = FIELD.exec(line);
    if (!found) return undefined;
    const [, key = '', quoted, bare = ''] = found;
    fields[key] = quoted === undefined ? bare : unquoted(quoted);
  }
  return fields;
}

/** Loggers quote as JSON does, or as Go, which knows further escapes. */
function unquoted(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text.replace(/\\(n|t|r|.)/gs, (_, char: string) => ({ n: '\n', t: '\t', r: '\r' })[char] ?? char);
  }
}
