/**
 * The value of one metric in the text that Prometheus reads; NaN where it is not there.
 *
 * @param labels those that it must have, among others
 */
export function metric(text: string, name: string, labels: Readonly<Record<string, string>> = {}): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  for (const line of text.split('\n')) {
    const match = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (match?.[1] !== name) continue;
    const has = (match[2] ?? '').split(',');
    if (wanted.every((one) => has.includes(one))) return Number(match[3]);
  }
  return Number.NaN;
}
