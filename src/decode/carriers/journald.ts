import { timeFrom } from './carried-time.ts';
import type { Carrier } from './carrier.ts';
import { envelopeOf, linesOfText } from './json-envelope.ts';

/**
 * `journalctl -o json`: an object a row with `MESSAGE` and fields that begin with two underscores. A message that is no
 * plain text is an array of its bytes.
 * Source: https://systemd.io/JOURNAL_EXPORT_FORMATS/, "Journal JSON Format"
 */
export const journald: Carrier = {
  name: 'journald',
  title: "journald's JSON",
  kind: 'envelope',
  open(stored) {
    const row = envelopeOf(stored);
    if (!row || !('MESSAGE' in row) || !Object.keys(row).some((key) => key.startsWith('__'))) return undefined;
    const text = textOf(row.MESSAGE);
    const source = [row.SYSLOG_IDENTIFIER, row._SYSTEMD_UNIT, row._COMM].find((name) => typeof name === 'string');
    const rest = timeFrom(Number(row.__REALTIME_TIMESTAMP) / 1_000);
    return text === undefined ? undefined : linesOfText(text, source === undefined ? rest : { ...rest, source });
  },
};

function textOf(message: unknown): string | undefined {
  if (typeof message === 'string') return message;
  const isBytes = Array.isArray(message) && message.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256);
  return isBytes ? Buffer.from(message as number[]).toString('utf8') : undefined;
}
