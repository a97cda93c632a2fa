const MAX_SHOWN = 60;

/** A value of a file as messages show it: on one line, and not longer than a person wants to read. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '·');
  return `\`${line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}…` : line}\``;
}
